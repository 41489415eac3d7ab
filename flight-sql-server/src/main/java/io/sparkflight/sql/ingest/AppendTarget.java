package io.sparkflight.sql.ingest;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.UploadedRows;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.sparkflight.SqlBridge;
import org.apache.spark.sql.sparkflight.TableBridge;
import org.apache.spark.sql.sparkflight.TableBridge.Place;
import org.apache.spark.sql.sparkflight.WritePlans;
import org.apache.spark.sql.types.StructType;

/**
 * A table that takes rows, column by column of the same name, beside those that it has or in their
 * place.
 */
final class AppendTarget implements IngestTarget {
  private final SparkSession session;
  private final Place place;
  private final Table table;
  private final TableBridge.Format format;
  private final IngestMemory memory;
  private final Before before;

  /** What becomes of the rows that are there. */
  private enum Before {
    KEPT,
    /** They go in the step in which the others come. */
    REPLACED
  }

  private AppendTarget(
      SparkSession session,
      Place place,
      Table table,
      TableBridge.Format format,
      IngestMemory memory,
      Before before) {
    this.before = before;
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
    return of(session, place, table, format, options, Before.KEPT);
  }

  /** The same for a table of {@code ICEBERG} or {@code DELTA} whose rows are replaced. */
  static AppendTarget inPlace(
      SparkSession session,
      Place place,
      Table table,
      TableBridge.Format format,
      IngestOptions options) {
    return of(session, place, table, format, options, Before.REPLACED);
  }

  private static AppendTarget of(
      SparkSession session,
      Place place,
      Table table,
      TableBridge.Format format,
      IngestOptions options,
      Before before) {
    // Its settings say how files are committed, which is this ingest's alone.
    SparkSession own = format == TableBridge.Format.FILES ? TableBridge.copy(session) : session;
    return new AppendTarget(
        own,
        place,
        table,
        format,
        IngestMemory.of(own, place, table, format, options.id()),
        before);
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
    IngestTargets.spark(name(), () -> analyse(WritePlans.nothing(match.filled(columns)), 0));
    return required;
  }

  private ColumnMatch match() {
    StructType columns = TableBridge.columns(table);
    boolean exact = Boolean.parseBoolean(session.conf().get("spark.sql.caseSensitive"));
    boolean fills = format != TableBridge.Format.DELTA; // which generates what is left out
    return new ColumnMatch(name(), columns, fills, exact);
  }

  private QueryExecution analyse(LogicalPlan rows, long count) {
    Map<String, String> own = memory.options(count);
    return SqlBridge.analyse(
        session,
        switch (before) {
          case KEPT -> WritePlans.append(place, table, rows, own);
          case REPLACED -> WritePlans.overwrite(place, rows, own);
        });
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
              analyse(WritePlans.plan(match().filled(rows.read(session))), rows.rows());
          QueryExecution done = SqlBridge.run(append, "ingest into " + name());
          memory.finish(rows.rows());
          return done;
        });
  }
}
