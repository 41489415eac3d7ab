package io.sparkflight.sql.ingest;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightErrors;
import io.sparkflight.error.FlightFailure;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.sparkflight.TableBridge;
import org.apache.spark.sql.sparkflight.TableBridge.Place;

/** Finds the target of a bulk ingest. */
public final class IngestTargets {
  private IngestTargets() {}

  /**
   * The target that the options ask for; nothing is written.
   *
   * @param session whose catalogs it is looked for in; only temporary views change in it
   * @throws FlightFailure EXISTS, NOT_FOUND or UNIMPLEMENTED if there can be none
   */
  public static IngestTarget of(SparkSession session, IngestOptions options) {
    if (options.temporary()) {
      return ViewTarget.of(session, options);
    }
    Place place =
        spark(
            options.table(),
            () -> TableBridge.place(session, options.catalog(), options.schema(), options.table()));
    Optional<Table> existing = spark(place.quoted(), () -> TableBridge.load(session, place));
    if (existing.isEmpty()) {
      requireCreates(options, place.quoted());
      requireSchema(session, place);
      return new CreationTarget(session, place, options);
    }
    return of(session, options, place, existing.get());
  }

  private static IngestTarget of(
      SparkSession session, IngestOptions options, Place place, Table existing) {
    if (MadeBy.of(existing).has(options)) {
      return new DoneTarget(place.quoted(), MadeBy.of(existing).rows());
    }
    TableBridge.Format format = spark(place.quoted(), () -> TableBridge.format(existing));
    if (format == TableBridge.Format.VIEW) {
      throw new FlightFailure(
          ErrorKind.INVALID,
          "Cannot ingest into %s: it is a view. Name a table.".formatted(place.quoted()));
    }
    return switch (options.existing()) {
      case FAIL -> throw exists(place.quoted());
      case APPEND -> AppendTarget.of(session, place, existing, format, options);
      case REPLACE -> RenewalTarget.of(session, place, existing, format, options);
    };
  }

  private static void requireSchema(SparkSession session, Place place) {
    if (!spark(place.quoted(), () -> TableBridge.hasSchema(session, place))) {
      throw new FlightFailure(
          ErrorKind.NOT_FOUND,
          "Cannot create %s: its schema does not exist. Create that first, or name another."
              .formatted(place.quoted()));
    }
  }

  static void requireCreates(IngestOptions options, String name) {
    if (!options.creates()) {
      throw new FlightFailure(
          ErrorKind.NOT_FOUND,
          "Cannot ingest into %s: it does not exist. Create it, or allow that it is created."
              .formatted(name));
    }
  }

  static FlightFailure exists(String name) {
    return new FlightFailure(
        ErrorKind.EXISTS,
        "Cannot create %s: it exists. Append to it, replace it, or choose another name."
            .formatted(name));
  }

  /** Runs something of Spark's, whose failures are told as those of the ingest. */
  static <T> T spark(String table, Callable<T> action) {
    try {
      return action.call();
    } catch (IOException e) { // of the files that this side writes itself
      throw new FlightFailure(
          ErrorKind.INTERNAL, "Cannot ingest into %s: %s".formatted(table, e.getMessage()), e);
    } catch (Exception e) {
      throw FlightErrors.ofSpark("ingest into " + table, e);
    }
  }
}
