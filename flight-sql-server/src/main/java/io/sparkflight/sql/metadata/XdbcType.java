package io.sparkflight.sql.metadata;

import java.util.List;
import org.apache.arrow.flight.sql.impl.FlightSql.Nullable;
import org.apache.arrow.flight.sql.impl.FlightSql.Searchable;
import org.apache.arrow.flight.sql.impl.FlightSql.XdbcDataType;

/**
 * A type of Spark as JDBC and ODBC describe types.
 *
 * @param name as in SQL
 * @param type its number there
 * @param size digits, characters or bytes
 * @param quote what stands around a literal, empty for nothing
 * @param radix 2 or 10 for numbers, 0 for others
 * @param scale the largest number of decimals
 */
record XdbcType(String name, XdbcDataType type, int size, String quote, int radix, int scale) {
  private static final int UNLIMITED = Integer.MAX_VALUE;
  private static final int TIMESTAMP_SUBCODE = 3;

  /** In the order of their numbers, as JDBC wants them. */
  static final List<XdbcType> ALL =
      List.of(
          new XdbcType("BOOLEAN", XdbcDataType.XDBC_BIT, 1, "", 0, 0),
          new XdbcType("TINYINT", XdbcDataType.XDBC_TINYINT, 3, "", 10, 0),
          new XdbcType("BIGINT", XdbcDataType.XDBC_BIGINT, 19, "", 10, 0),
          new XdbcType("BINARY", XdbcDataType.XDBC_VARBINARY, UNLIMITED, "'", 0, 0),
          new XdbcType("DECIMAL", XdbcDataType.XDBC_DECIMAL, 38, "", 10, 38),
          new XdbcType("INT", XdbcDataType.XDBC_INTEGER, 10, "", 10, 0),
          new XdbcType("SMALLINT", XdbcDataType.XDBC_SMALLINT, 5, "", 10, 0),
          new XdbcType("FLOAT", XdbcDataType.XDBC_REAL, 24, "", 2, 0),
          new XdbcType("DOUBLE", XdbcDataType.XDBC_DOUBLE, 53, "", 2, 0),
          new XdbcType("STRING", XdbcDataType.XDBC_VARCHAR, UNLIMITED, "'", 0, 0),
          new XdbcType("DATE", XdbcDataType.XDBC_DATE, 10, "'", 0, 0),
          new XdbcType("TIMESTAMP", XdbcDataType.XDBC_TIMESTAMP, 26, "'", 0, 6));

  /** The number by which clients ask for it. */
  int code() {
    return type.getNumber();
  }

  /** A row of Flight SQL's table of types. */
  @org.jspecify.annotations.Nullable
  Object[] row() {
    boolean number = radix > 0;
    return new @org.jspecify.annotations.Nullable Object[] {
      name,
      code(),
      size,
      quote.isEmpty() ? null : quote,
      quote.isEmpty() ? null : quote,
      name.equals("DECIMAL") ? List.of("precision", "scale") : null,
      Nullable.NULLABILITY_NULLABLE_VALUE,
      name.equals("STRING"),
      Searchable.SEARCHABLE_FULL_VALUE,
      number ? false : null,
      name.equals("DECIMAL"),
      number ? false : null,
      name,
      number ? 0 : null,
      number ? scale : null,
      code(),
      type == XdbcDataType.XDBC_TIMESTAMP ? TIMESTAMP_SUBCODE : null,
      number ? radix : null,
      null
    };
  }
}
