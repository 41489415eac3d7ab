package io.sparkflight.sql.ingest;

import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sparkflight.IngestCommitProtocol;
import org.apache.spark.sql.sparkflight.IngestMarks;
import org.apache.spark.sql.sparkflight.TableBridge;

/**
 * A table of files, beside which the ingest is noted.
 *
 * @param session of this ingest alone
 */
record FileMemory(SparkSession session, Path table, Optional<String> id) implements IngestMemory {
  private static final String PROTOCOL = "spark.sql.sources.commitProtocolClass";

  @Override
  public OptionalLong done() throws IOException {
    return id.isPresent() ? marks(id.get()).done() : OptionalLong.empty();
  }

  @Override
  public Map<String, String> options(long rows) {
    return Map.of();
  }

  @Override
  public void recover() throws IOException {
    if (id.isPresent()) {
      marks(id.get()).undo();
    }
  }

  @Override
  public void prepare() {
    session.conf().set(PROTOCOL, IngestCommitProtocol.class.getName());
    if (id.isPresent()) {
      session.conf().set(IngestCommitProtocol.ID, id.get());
    }
  }

  @Override
  public void finish(long rows) throws IOException {
    if (id.isPresent()) {
      marks(id.get()).finish(rows, Clock.systemUTC());
    }
  }

  private IngestMarks marks(String name) throws IOException {
    return IngestMarks.of(TableBridge.hadoop(session), table, name);
  }
}
