package io.sparkflight.sql.ingest;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.sparkflight.TableBridge;
import org.apache.spark.sql.sparkflight.TableBridge.Place;

/**
 * How a table knows that it has the rows of an ingest: each format in its own way, but always in
 * the same step in which it takes the rows, or so that what a dead server left is undone.
 */
interface IngestMemory {

  /** How many rows the ingest brought, if it is in the table. */
  OptionalLong done() throws IOException;

  /** What the table's own writer must know, given the number of rows. */
  Map<String, String> options(long rows);

  /** Takes back what a server has left that died while it wrote the rows of this ingest. */
  void recover() throws IOException;

  /** Called before the rows are written, after what was left has been taken back. */
  void prepare() throws IOException;

  /** Called when all rows are in the table. */
  void finish(long rows) throws IOException;

  /**
   * That of a table.
   *
   * @param session to write with
   * @throws FlightFailure UNIMPLEMENTED if there is an id and the table cannot remember it
   */
  static IngestMemory of(
      SparkSession session,
      Place place,
      Table table,
      TableBridge.Format format,
      Optional<String> id) {
    if (format == TableBridge.Format.FILES) {
      return new FileMemory(session, TableBridge.folder(table), id);
    }
    if (id.isEmpty()) {
      return new NoMemory();
    }
    return switch (format) {
      case ICEBERG -> new SnapshotMemory(session, place, id.get());
      case DELTA -> new TransactionMemory(session, place, id.get());
      default ->
          throw new FlightFailure(
              ErrorKind.UNIMPLEMENTED,
              "Cannot ingest into %s once for the %s: its format cannot remember one. Leave the option away, or use a table of files, Delta or Iceberg."
                  .formatted(place.quoted(), IngestOptions.ID));
    };
  }

  /** Of an ingest without an id. */
  record NoMemory() implements IngestMemory {
    @Override
    public OptionalLong done() {
      return OptionalLong.empty();
    }

    @Override
    public Map<String, String> options(long rows) {
      return Map.of();
    }

    @Override
    public void recover() {}

    @Override
    public void prepare() {}

    @Override
    public void finish(long rows) {}
  }
}
