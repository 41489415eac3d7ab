package io.sparkflight.sql.ingest;

import io.sparkflight.manager.Upload;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.sparkflight.TableBridge.Place;
import org.apache.spark.sql.types.StructType;

/** A table that its catalog replaces as a whole, in one step. */
final class StagedTarget implements IngestTarget {
  private final SparkSession session;
  private final Place place;
  private final Table existing;
  private final IngestOptions options;

  StagedTarget(SparkSession session, Place place, Table existing, IngestOptions options) {
    this.session = session;
    this.place = place;
    this.existing = existing;
    this.options = options;
  }

  @Override
  public String name() {
    return place.quoted();
  }

  @Override
  public OptionalLong done() {
    return OptionalLong.empty();
  }

  @Override
  public Set<String> check(StructType columns) {
    return Set.of();
  }

  @Override
  public void write(Upload rows) {
    Optional<String> format = Optional.ofNullable(existing.properties().get("provider"));
    IngestTargets.spark(
        name(),
        () -> {
          CreationTarget.writer(session, place, format, options, rows).createOrReplace();
          return rows;
        });
  }
}
