package io.sparkflight.sql.parameter;

import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/**
 * Rows of values that a client has sent. Immutable.
 *
 * @param types one for each column
 * @param rows the values in the form of Spark's public API
 */
public record ParameterRows(List<DataType> types, List<List<@Nullable Object>> rows) {
  /** No columns: what a client sends that has nothing to bind. */
  public static final ParameterRows NONE = new ParameterRows(List.of(), List.of());

  public ParameterRows {
    types = List.copyOf(types);
    rows = List.copyOf(rows);
  }
}
