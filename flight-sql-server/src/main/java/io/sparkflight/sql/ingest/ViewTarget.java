package io.sparkflight.sql.ingest;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.UploadedRows;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.sparkflight.CatalogBridge;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A temporary view of the session over rows that Spark keeps as it keeps cached tables, in memory
 * and on disk, until the view is dropped or the session ends.
 */
final class ViewTarget implements IngestTarget {
  private final SparkSession session;
  private final IngestOptions options;

  private ViewTarget(SparkSession session, IngestOptions options) {
    this.session = session;
    this.options = options;
  }

  static ViewTarget of(SparkSession session, IngestOptions options) {
    return new ViewTarget(session, options);
  }

  /** Whether the view is there to be appended to; throws if it is, or is not, where it must not. */
  private boolean appends() {
    boolean exists =
        CatalogBridge.temporaryViews(session).stream()
            .anyMatch(view -> view.equalsIgnoreCase(options.table()));
    if (!exists) {
      IngestTargets.requireCreates(options, options.table());
    } else if (options.existing() == IngestOptions.Existing.FAIL) {
      throw IngestTargets.exists(options.table());
    }
    return exists && options.existing() == IngestOptions.Existing.APPEND;
  }

  @Override
  public String name() {
    return options.table();
  }

  @Override
  public OptionalLong done() {
    return OptionalLong.empty();
  }

  @Override
  public Set<String> check(StructType columns) {
    if (appends()) {
      Set<String> there =
          Arrays.stream(session.table(quoted()).schema().fields())
              .map(field -> field.name() + " " + field.dataType().catalogString())
              .collect(Collectors.toSet());
      for (StructField field : columns.fields()) {
        if (!there.contains(field.name() + " " + field.dataType().catalogString())) {
          throw new FlightFailure(
              ErrorKind.INVALID,
              "Cannot ingest into %s: it has no column %s of type %s, but %s. Send its columns."
                  .formatted(
                      name(),
                      field.name(),
                      field.dataType().catalogString(),
                      String.join(", ", there)));
        }
      }
    }
    return Set.of();
  }

  @Override
  public void write(UploadedRows rows) {
    IngestTargets.spark(
        name(),
        () -> {
          Dataset<Row> kept = rows.read(session).localCheckpoint(true);
          synchronized (session) { // another ingest of the session may have made it meanwhile
            boolean appends = appends();
            check(kept.schema());
            Dataset<Row> all = appends ? together(session.table(quoted()), kept) : kept;
            all.createOrReplaceTempView(quoted());
            return all;
          }
        });
  }

  /** By the names of the columns; what the new rows do not have is null. */
  private static Dataset<Row> together(Dataset<Row> before, Dataset<Row> added) {
    Set<String> has = Set.of(added.columns());
    Column[] columns =
        Arrays.stream(before.schema().fields())
            .map(
                field ->
                    has.contains(field.name())
                        ? added.col("`" + field.name().replace("`", "``") + "`")
                        : functions.lit(null).cast(field.dataType()).as(field.name()))
            .toArray(Column[]::new);
    return before.union(added.select(columns));
  }

  private String quoted() {
    return "`" + options.table().replace("`", "``") + "`";
  }
}
