package io.sparkflight.sql.ingest;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of a table and those of an upload, by name.
 *
 * @param name what errors call the table
 * @param table its columns
 * @param fills whether the table wants a null for a column that an upload has not
 * @param exact whether upper and lower case are different
 */
record ColumnMatch(String name, StructType table, boolean fills, boolean exact) {
  /** Where Spark keeps the default of a column; it puts that in by itself. */
  private static final String DEFAULT = "CURRENT_DEFAULT";

  /**
   * The columns of an upload that take no nulls.
   *
   * @throws FlightFailure INVALID if one is missing, or the table has not one of the others
   */
  Set<String> required(StructType upload) {
    Set<String> required = new LinkedHashSet<>();
    for (StructField column : table.fields()) {
      Optional<String> sent = find(upload, column.name());
      if (!column.nullable() && (sent.isPresent() || !hasDefault(column))) {
        required.add(sent.orElseThrow(() -> missing(column.name(), upload)));
      }
    }
    for (String sent : upload.fieldNames()) {
      if (find(table, sent).isEmpty()) {
        throw new FlightFailure(
            ErrorKind.INVALID,
            "Cannot ingest into %s: it has no column %s, but %s. Rename the column, or leave it out."
                .formatted(name, sent, String.join(", ", table.fieldNames())));
      }
    }
    return required;
  }

  /** The rows with nulls for the columns that they lack and that have no default. */
  Dataset<Row> filled(Dataset<Row> rows) {
    Dataset<Row> filled = rows;
    for (StructField column : lacking(rows.schema())) {
      filled = filled.withColumn(column.name(), functions.lit(null).cast(column.dataType()));
    }
    return filled;
  }

  /** The columns of {@link #filled} rows. */
  StructType filled(StructType upload) {
    StructType filled = upload;
    for (StructField column : lacking(upload)) {
      filled = filled.add(column.name(), column.dataType(), true);
    }
    return filled;
  }

  private List<StructField> lacking(StructType upload) {
    return Arrays.stream(table.fields())
        .filter(column -> find(upload, column.name()).isEmpty())
        .filter(column -> fills && column.nullable() && !hasDefault(column))
        .toList();
  }

  private static boolean hasDefault(StructField column) {
    return column.metadata().contains(DEFAULT);
  }

  private Optional<String> find(StructType columns, String wanted) {
    return Arrays.stream(columns.fieldNames())
        .filter(each -> exact ? each.equals(wanted) : each.equalsIgnoreCase(wanted))
        .findFirst();
  }

  private FlightFailure missing(String column, StructType upload) {
    return new FlightFailure(
        ErrorKind.INVALID,
        "Cannot ingest into %s: its column %s takes no nulls, and the upload has only %s. Send it as well."
            .formatted(name, column, String.join(", ", upload.fieldNames())));
  }
}
