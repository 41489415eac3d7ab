package io.sparkflight.sql.ingest;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.UploadedRows;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.V1Table;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.sparkflight.SqlBridge;
import org.apache.spark.sql.sparkflight.TableBridge;
import org.apache.spark.sql.sparkflight.TableBridge.Place;
import org.apache.spark.sql.types.StructType;

/** A table that rows are appended to, column by column of the same name. */
final class AppendTarget implements IngestTarget {
  private final SparkSession session;
  private final Place place;
  private final Table table;
  private final TableBridge.Format format;
  private final IngestMemory memory;

  private AppendTarget(
      SparkSession session,
      Place place,
      Table table,
      TableBridge.Format format,
      IngestMemory memory) {
    this.format = format;
    this.session = session;
    this.place = place;
    this.table = table;
    this.memory = memory;
  }

  static AppendTarget of(
      SparkSession session,
      Place place,
      Table table,
      TableBridge.Format format,
      IngestOptions options) {
    if (format == TableBridge.Format.PIECEMEAL) {
      throw new FlightFailure(
          ErrorKind.UNIMPLEMENTED,
          "Cannot ingest into %s: what keeps it may take some rows of an ingest that fails. Ingest into another table, and INSERT from there."
              .formatted(place.quoted()));
    }
    // Its settings say how files are committed, which is this ingest's alone.
    SparkSession own = format == TableBridge.Format.FILES ? TableBridge.copy(session) : session;
    return new AppendTarget(
        own, place, table, format, IngestMemory.of(own, place, table, format, options.id()));
  }

  @Override
  public String name() {
    return place.quoted();
  }

  @Override
  public OptionalLong done() {
    return IngestTargets.spark(name(), memory::done);
  }

  @Override
  public Set<String> check(StructType columns) {
    ColumnMatch match = match();
    Set<String> required = match.required(columns);
    IngestTargets.spark(name(), () -> analyse(TableBridge.nothing(match.filled(columns)), 0));
    return required;
  }

  @SuppressWarnings("deprecation") // by Spark in favour of columns(), which knows no struct
  private ColumnMatch match() {
    StructType columns = table instanceof V1Table v1 ? v1.schema() : table.schema();
    boolean exact = Boolean.parseBoolean(session.conf().get("spark.sql.caseSensitive"));
    boolean fills = format != TableBridge.Format.DELTA; // which generates what is left out
    return new ColumnMatch(name(), columns, fills, exact);
  }

  private QueryExecution analyse(LogicalPlan rows, long count) {
    return SqlBridge.analyse(
        session, TableBridge.append(place, table, rows, memory.options(count)));
  }

  @Override
  public void recover() {
    IngestTargets.spark(
        name(),
        () -> {
          memory.recover();
          return memory;
        });
  }

  @Override
  public void write(UploadedRows rows) {
    IngestTargets.spark(
        name(),
        () -> {
          memory.prepare();
          QueryExecution append =
              analyse(TableBridge.plan(match().filled(rows.read(session))), rows.rows());
          QueryExecution done = SqlBridge.run(append, "ingest into " + name());
          memory.finish(rows.rows());
          return done;
        });
  }
}
