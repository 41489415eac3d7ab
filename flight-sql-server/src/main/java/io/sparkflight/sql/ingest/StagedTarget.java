package io.sparkflight.sql.ingest;

import io.sparkflight.manager.UploadedRows;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.sparkflight.TableBridge.Place;

/** A table that its catalog replaces as a whole, in one step. */
final class StagedTarget extends NewTableTarget {
  private final Table existing;

  StagedTarget(SparkSession session, Place place, Table existing, IngestOptions options) {
    super(session, place, options);
    this.existing = existing;
  }

  @Override
  public void write(UploadedRows rows) {
    Optional<String> format = Optional.ofNullable(existing.properties().get("provider"));
    IngestTargets.spark(
        name(),
        () -> {
          CreationTarget.writer(session, place, format, options, rows).createOrReplace();
          return rows;
        });
  }
}
