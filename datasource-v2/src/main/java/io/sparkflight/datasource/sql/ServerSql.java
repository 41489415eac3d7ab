package io.sparkflight.datasource.sql;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructType;

/**
 * Names and plain texts in the server's SQL.
 *
 * @param quote what stands round them
 */
public record ServerSql(String quote) {

  /** A name, quoted. */
  public String name(String name) {
    return quote + name.replace(quote, quote + quote) + quote;
  }

  /** The name of a table, each part in quotes. */
  public String name(TableName table) {
    return Stream.of(
            Stream.ofNullable(table.catalog()), table.schema().stream(), Stream.of(table.table()))
        .flatMap(Function.identity())
        .map(this::name)
        .collect(Collectors.joining("."));
  }

  /** Columns with commas between. */
  public String names(StructType columns) {
    return Arrays.stream(columns.fieldNames()).map(this::name).collect(Collectors.joining(", "));
  }

  /** A text of which no server takes a part for something else: only these characters. */
  public static String text(String plain) {
    if (!plain.matches("[A-Za-z0-9._-]*")) {
      throw new IllegalArgumentException("not plain: " + plain);
    }
    return "'" + plain + "'";
  }
}
