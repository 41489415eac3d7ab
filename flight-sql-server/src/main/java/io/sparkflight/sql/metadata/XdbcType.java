package io.sparkflight.sql.metadata;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.flight.sql.impl.FlightSql.Nullable;
import org.apache.arrow.flight.sql.impl.FlightSql.Searchable;
import org.apache.arrow.flight.sql.impl.FlightSql.XdbcDataType;
import org.apache.arrow.flight.sql.impl.FlightSql.XdbcDatetimeSubcode;

/**
 * A type of Spark as JDBC and ODBC describe types. These know no nested types, nor one for nothing
 * but null; Flight SQL has "unknown" for them.
 *
 * @param name as in SQL
 * @param type its number there
 * @param size digits, bits, characters or bytes; null where there is none
 * @param literal what stands around a literal
 * @param parameters what a column's definition may say in brackets
 * @param radix 2 or 10 for numbers, 0 for others
 * @param scale the largest number of decimals
 * @param searchable what a WHERE may do with it
 */
record XdbcType(
    String name,
    XdbcDataType type,
    @org.jspecify.annotations.Nullable Integer size,
    Literal literal,
    List<String> parameters,
    int radix,
    int scale,
    Searchable searchable) {
  private static final int UNLIMITED = Integer.MAX_VALUE;

  /** Digits of the first field of an interval. */
  private static final int INTERVAL_DIGITS = 9;

  /**
   * What stands around a literal.
   *
   * @param prefix null for nothing
   * @param suffix null for nothing
   */
  private record Literal(
      @org.jspecify.annotations.Nullable String prefix,
      @org.jspecify.annotations.Nullable String suffix) {
    private static final Literal PLAIN = new Literal(null, null);

    private static Literal quotedAfter(String word) {
      return new Literal(word + "'", "'");
    }
  }

  /** In the order of their numbers and then of their names, as Flight SQL wants them. */
  static final List<XdbcType> ALL =
      Stream.of(
              exact("TINYINT", XdbcDataType.XDBC_TINYINT, 3),
              exact("SMALLINT", XdbcDataType.XDBC_SMALLINT, 5),
              exact("INT", XdbcDataType.XDBC_INTEGER, 10),
              exact("BIGINT", XdbcDataType.XDBC_BIGINT, 19),
              decimal(),
              approximate("FLOAT", XdbcDataType.XDBC_REAL, 24),
              approximate("DOUBLE", XdbcDataType.XDBC_DOUBLE, 53),
              text("STRING", XdbcDataType.XDBC_VARCHAR),
              text("CHAR", XdbcDataType.XDBC_CHAR, "length"),
              text("VARCHAR", XdbcDataType.XDBC_VARCHAR, "length"),
              other("BOOLEAN", XdbcDataType.XDBC_BIT, 1, Literal.PLAIN),
              other("BINARY", XdbcDataType.XDBC_VARBINARY, UNLIMITED, Literal.quotedAfter("X")),
              other("DATE", XdbcDataType.XDBC_DATE, 10, Literal.quotedAfter("DATE ")),
              time("TIMESTAMP"),
              time("TIMESTAMP_NTZ"),
              interval("INTERVAL YEAR TO MONTH", 13),
              interval("INTERVAL DAY TO SECOND", 25),
              unknown("INTERVAL", Searchable.SEARCHABLE_NONE),
              unknown("ARRAY", Searchable.SEARCHABLE_BASIC),
              unknown("MAP", Searchable.SEARCHABLE_NONE),
              unknown("STRUCT", Searchable.SEARCHABLE_BASIC),
              unknown("VOID", Searchable.SEARCHABLE_BASIC))
          .sorted(Comparator.comparingInt(XdbcType::code).thenComparing(XdbcType::name))
          .toList();

  private static XdbcType exact(String name, XdbcDataType type, int digits) {
    return new XdbcType(
        name, type, digits, Literal.PLAIN, List.of(), 10, 0, Searchable.SEARCHABLE_BASIC);
  }

  private static XdbcType decimal() {
    return new XdbcType(
        "DECIMAL",
        XdbcDataType.XDBC_DECIMAL,
        38,
        Literal.PLAIN,
        List.of("precision", "scale"),
        10,
        38,
        Searchable.SEARCHABLE_BASIC);
  }

  private static XdbcType approximate(String name, XdbcDataType type, int bits) {
    return new XdbcType(
        name, type, bits, Literal.PLAIN, List.of(), 2, 0, Searchable.SEARCHABLE_BASIC);
  }

  private static XdbcType text(String name, XdbcDataType type, String... parameters) {
    return new XdbcType(
        name,
        type,
        UNLIMITED,
        Literal.quotedAfter(""),
        List.of(parameters),
        0,
        0,
        Searchable.SEARCHABLE_FULL);
  }

  private static XdbcType other(String name, XdbcDataType type, int size, Literal literal) {
    return new XdbcType(name, type, size, literal, List.of(), 0, 0, Searchable.SEARCHABLE_BASIC);
  }

  /** With six digits behind the second. */
  private static XdbcType time(String name) {
    return new XdbcType(
        name,
        XdbcDataType.XDBC_TIMESTAMP,
        26,
        Literal.quotedAfter(name + " "),
        List.of(),
        0,
        6,
        Searchable.SEARCHABLE_BASIC);
  }

  private static XdbcType interval(String name, int characters) {
    String fields = name.substring("INTERVAL".length());
    return new XdbcType(
        name,
        XdbcDataType.XDBC_INTERVAL,
        characters,
        new Literal("INTERVAL '", "'" + fields),
        List.of(),
        0,
        name.endsWith("SECOND") ? 6 : 0,
        Searchable.SEARCHABLE_BASIC);
  }

  private static XdbcType unknown(String name, Searchable searchable) {
    return new XdbcType(
        name, XdbcDataType.XDBC_UNKNOWN_TYPE, null, Literal.PLAIN, List.of(), 0, 0, searchable);
  }

  /** The number by which clients ask for it. */
  int code() {
    return type.getNumber();
  }

  /** A row of Flight SQL's table of types. */
  @org.jspecify.annotations.Nullable
  Object[] row() {
    boolean number = radix > 0;
    boolean scaled = number || scale > 0;
    return new @org.jspecify.annotations.Nullable Object[] {
      name,
      code(),
      size,
      literal.prefix(),
      literal.suffix(),
      parameters.isEmpty() ? null : parameters,
      Nullable.NULLABILITY_NULLABLE_VALUE,
      searchable == Searchable.SEARCHABLE_FULL,
      searchable.getNumber(),
      number ? false : null,
      false,
      number ? false : null,
      name,
      scaled ? (Integer) (number ? 0 : scale) : null,
      scaled ? (Integer) scale : null,
      verbose().getNumber(),
      subcode(),
      number ? (Integer) radix : null,
      type == XdbcDataType.XDBC_INTERVAL ? (Integer) INTERVAL_DIGITS : null
    };
  }

  /** The type without its subtype: all dates and times are one. */
  private XdbcDataType verbose() {
    return type == XdbcDataType.XDBC_DATE || type == XdbcDataType.XDBC_TIMESTAMP
        ? XdbcDataType.XDBC_DATETIME
        : type;
  }

  private @org.jspecify.annotations.Nullable Integer subcode() {
    return switch (name) {
      case "DATE" -> XdbcDatetimeSubcode.XDBC_SUBCODE_DATE_VALUE;
      case "TIMESTAMP", "TIMESTAMP_NTZ" -> XdbcDatetimeSubcode.XDBC_SUBCODE_TIMESTAMP_VALUE;
      case "INTERVAL YEAR TO MONTH" ->
          XdbcDatetimeSubcode.XDBC_SUBCODE_INTERVAL_YEAR_TO_MONTH_VALUE;
      case "INTERVAL DAY TO SECOND" ->
          XdbcDatetimeSubcode.XDBC_SUBCODE_INTERVAL_DAY_TO_SECOND_VALUE;
      default -> null;
    };
  }
}
