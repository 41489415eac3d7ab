package io.sparkflight.sql.ingest;

import io.sparkflight.error.FlightErrors;
import io.sparkflight.manager.UploadedRows;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sparkflight.TableBridge;
import org.apache.spark.sql.sparkflight.TableBridge.Place;

/**
 * A table that takes the place of another one, in a catalog that cannot replace as a whole: it is
 * made beside it, and only when it has all rows, the old one gives it its name, and is dropped.
 */
final class ReplacementTarget extends NewTableTarget {
  private final Maker maker;

  /** Makes the new table. */
  interface Maker {
    /** A table of these rows under a name that nobody knows; leaves none if it fails. */
    Place make(UploadedRows rows) throws Exception;
  }

  ReplacementTarget(SparkSession session, Place place, IngestOptions options, Maker maker) {
    super(session, place, options);
    this.maker = maker;
  }

  @Override
  public void write(UploadedRows rows) {
    Place beside = IngestTargets.spark(name(), () -> maker.make(rows));
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
