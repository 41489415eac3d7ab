package io.sparkflight.sql.ingest;

import io.sparkflight.error.FlightErrors;
import io.sparkflight.manager.UploadedRows;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.sparkflight.TableBridge;
import org.apache.spark.sql.sparkflight.TableBridge.Place;

/**
 * A table that takes the place of another one, in a catalog that cannot replace as a whole: it is
 * made beside it, and only when it has all rows, the old one gives it its name, and is dropped.
 */
final class ReplacementTarget extends NewTableTarget {
  private final Table existing;

  ReplacementTarget(SparkSession session, Place place, Table existing, IngestOptions options) {
    super(session, place, options);
    this.existing = existing;
  }

  @Override
  public void write(UploadedRows rows) {
    Optional<String> format = Optional.ofNullable(existing.properties().get("provider"));
    Place beside =
        IngestTargets.spark(
            name(), () -> CreationTarget.create(session, place, format, options, rows));
    Place old = beside.sibling(beside.name().name() + "_old");
    try {
      session.sql(TableBridge.rename(place, old));
    } catch (Exception e) { // Scala throws checked exceptions undeclared
      session.sql("DROP TABLE " + beside.quoted());
      throw FlightErrors.ofSpark("replace " + name(), e);
    }
    try {
      session.sql(TableBridge.rename(beside, place));
    } catch (Exception e) {
      session.sql(TableBridge.rename(old, place));
      session.sql("DROP TABLE " + beside.quoted());
      throw FlightErrors.ofSpark("replace " + name(), e);
    }
    IngestTargets.spark(old.quoted(), () -> session.sql("DROP TABLE " + old.quoted()));
  }
}
