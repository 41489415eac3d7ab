package io.sparkflight.sql.ingest;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightErrors;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.Upload;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.sparkflight.TableBridge.Place;
import org.apache.spark.sql.types.StructType;

/**
 * A table that takes the place of another one, in a catalog that cannot replace as a whole: it is
 * made beside it, and only when it has all rows, the old one is dropped and the new one takes its
 * name.
 */
final class ReplacementTarget implements IngestTarget {
  private final SparkSession session;
  private final Place place;
  private final Table existing;
  private final IngestOptions options;

  ReplacementTarget(SparkSession session, Place place, Table existing, IngestOptions options) {
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
    Place beside = place.sibling(place.name().name() + "_" + StatementHandle.random());
    Optional<String> format = Optional.ofNullable(existing.properties().get("provider"));
    IngestTargets.spark(
        name(),
        () -> {
          CreationTarget.writer(session, beside, format, options, rows).create();
          return rows;
        });
    drop(beside);
    rename(beside);
  }

  private void drop(Place beside) {
    try {
      session.sql("DROP TABLE " + place.quoted());
    } catch (Exception e) { // Scala throws checked exceptions undeclared
      session.sql("DROP TABLE " + beside.quoted());
      throw FlightErrors.ofSpark("replace " + name(), e);
    }
  }

  private void rename(Place beside) {
    try {
      session.sql(
          "ALTER TABLE %s RENAME TO %s".formatted(beside.quoted(), place.quotedInCatalog()));
    } catch (Exception e) {
      throw new FlightFailure(
          ErrorKind.INTERNAL,
          "Cannot give %s its name: all rows are in %s, and the table that it replaces is dropped. Rename it: %s"
              .formatted(place.quoted(), beside.quoted(), e.getMessage()),
          e);
    }
  }
}
