package io.sparkflight.sql.ingest;

import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sparkflight.IngestCommitProtocol;
import org.apache.spark.sql.sparkflight.IngestMarks;
import org.apache.spark.sql.sparkflight.TableBridge;

/** A table of files, beside which the ingest is noted. */
final class FileMemory implements IngestMemory {
  private static final String PROTOCOL = "spark.sql.sources.commitProtocolClass";

  private final SparkSession session;
  private final Path table;
  private final String id;

  FileMemory(SparkSession session, Path table, String id) {
    this.session = session;
    this.table = table;
    this.id = id;
  }

  @Override
  public OptionalLong done() throws IOException {
    return marks().done();
  }

  @Override
  public Map<String, String> options() {
    return Map.of();
  }

  @Override
  public void prepare() throws IOException {
    marks().undo();
    session.conf().set(PROTOCOL, IngestCommitProtocol.class.getName());
    session.conf().set(IngestCommitProtocol.ID, id);
  }

  @Override
  public void finish(long rows) throws IOException {
    marks().finish(rows, Clock.systemUTC());
  }

  private IngestMarks marks() throws IOException {
    return IngestMarks.of(TableBridge.hadoop(session), table, id);
  }
}
