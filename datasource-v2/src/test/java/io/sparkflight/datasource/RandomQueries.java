package io.sparkflight.datasource;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.upper;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.year;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A table of awkward values, and queries of it, from a seed. Sums of its floating numbers are the
 * same in any order.
 */
final class RandomQueries {
  private static final Map<String, List<Object>> VALUES = new LinkedHashMap<>();

  static {
    VALUES.put("b", List.of(true, false));
    VALUES.put("t", List.of((byte) -128, (byte) 0, (byte) 127));
    VALUES.put("i", List.of(Integer.MIN_VALUE, -1, 0, 7, Integer.MAX_VALUE));
    // Larger ones would have sums beyond 2⁵³, of which an average depends on the order of its rows.
    VALUES.put("l", List.of(-(1L << 40), -1L, 0L, 7L, 1L << 40));
    VALUES.put("f", List.of(-0.0f, 0.0f, 1.5f, Float.NaN, Float.NEGATIVE_INFINITY));
    VALUES.put(
        "d", List.of(-0.0, 0.0, -2.5, 1024.25, 4.9e-324, Double.NaN, Double.POSITIVE_INFINITY));
    VALUES.put(
        "s",
        List.of(
            "", "a", "A", "ab", "a%", "a_b", "\\", "a\\b", "it's", "''", "\"", "é", "😀", "a\nb",
            "\0", "  a ", "%", "_", "${x}", "ß", "10:5"));
    VALUES.put("bin", List.of(new byte[0], new byte[] {0}, new byte[] {-1, 'a'}));
    VALUES.put(
        "day",
        List.of(
            LocalDate.of(-44, 3, 15),
            LocalDate.of(1, 1, 1),
            LocalDate.of(1582, 10, 4),
            LocalDate.of(1582, 10, 14),
            LocalDate.of(1969, 12, 31),
            LocalDate.of(2020, 2, 29),
            LocalDate.of(12_000, 1, 1)));
    VALUES.put(
        "ts",
        List.of(
            Instant.parse("0001-01-01T00:00:00Z"),
            Instant.parse("1500-01-01T00:00:00.000001Z"),
            Instant.parse("1893-03-31T23:30:00Z"),
            Instant.parse("1969-12-31T23:59:59.999999Z"),
            Instant.parse("2021-03-28T01:30:00Z"),
            Instant.parse("2021-10-31T00:30:00Z"),
            Instant.parse("2021-10-31T01:30:00Z"),
            Instant.parse("9999-12-31T23:59:59.999999Z")));
    VALUES.put(
        "ntz",
        List.of(
            LocalDateTime.parse("1500-01-01T00:00:00"),
            LocalDateTime.parse("2021-03-28T02:30:00"),
            LocalDateTime.parse("2021-10-31T02:30:00.123456")));
    VALUES.put("m", decimals("-99999.99", "0.00", "0.01", "1.50"));
    VALUES.put(
        "big", decimals("-1234567890123456789012345.6789012345", "0.0000000000", "1.5000000000"));
    VALUES.put("st.a", VALUES.get("i"));
    VALUES.put("st.s", VALUES.get("s"));
    VALUES.put("st.n.x", VALUES.get("d"));
    VALUES.put("st.n.y", VALUES.get("day"));
  }

  private static final List<String> ALL = List.copyOf(VALUES.keySet());

  /** Pairs that can be compared. */
  private static final List<List<String>> ALIKE =
      List.of(
          List.of("s", "st.s"),
          List.of("i", "st.a"),
          List.of("d", "st.n.x"),
          List.of("day", "st.n.y"),
          List.of("t", "l"),
          List.of("i", "l"),
          List.of("f", "d"),
          List.of("m", "big"),
          List.of("i", "m"),
          List.of("i", "d"),
          List.of("day", "ts"));

  private static final List<String> PATTERNS =
      List.of("a%", "%b", "%a%", "_b", "%\\%%", "a\\_b", "%\\\\%", "%'%", "%", "");

  private static List<Object> decimals(String... texts) {
    return Stream.of(texts).<Object>map(BigDecimal::new).toList();
  }

  private final Random random;

  RandomQueries(long seed) {
    random = new Random(seed);
  }

  static StructType schema() {
    return StructType.fromDDL(
        "id BIGINT, b BOOLEAN, t TINYINT, i INT, l BIGINT, f FLOAT, d DOUBLE, s STRING, bin BINARY,"
            + " day DATE, ts TIMESTAMP, ntz TIMESTAMP_NTZ, m DECIMAL(7,2), big DECIMAL(38,10),"
            + " st STRUCT<a: INT, s: STRING, n: STRUCT<x: DOUBLE, y: DATE>, l: ARRAY<INT>>");
  }

  /** Rows of the schema. */
  List<Row> rows(int count) {
    return IntStream.range(0, count).mapToObj(this::row).toList();
  }

  private Row row(int id) {
    List<@Nullable Object> values = new ArrayList<>();
    values.add((long) id);
    ALL.stream().filter(name -> !name.contains(".")).forEach(name -> values.add(value(name)));
    Row inner = random.nextInt(4) == 0 ? null : RowFactory.create(value("d"), value("day"));
    Row outer = RowFactory.create(value("i"), value("s"), inner, List.of(id));
    values.add(random.nextInt(4) == 0 ? null : outer);
    return RowFactory.create(values.toArray());
  }

  private @Nullable Object value(String name) {
    return random.nextInt(5) == 0 ? null : there(name);
  }

  private Object there(String name) {
    return one(Objects.requireNonNull(VALUES.get(name), name));
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** A condition, of conditions so deep. */
  Column condition(int depth) {
    return switch (depth == 0 ? 3 : random.nextInt(5)) {
      case 0 -> condition(depth - 1).and(condition(depth - 1));
      case 1 -> condition(depth - 1).or(condition(depth - 1));
      case 2 -> not(condition(depth - 1));
      default -> leaf();
    };
  }

  private Column leaf() {
    String name = one(ALL);
    Column column = col(name);
    return switch (random.nextInt(9)) {
      case 0, 1 -> compared(column, lit(value(name)));
      case 2 -> {
        List<String> pair = one(ALIKE);
        yield compared(col(pair.get(0)), col(pair.get(1)));
      }
      case 3 ->
          column.isin(Stream.generate(() -> value(name)).limit(1 + random.nextInt(4)).toArray());
      case 4 -> random.nextBoolean() ? column.isNull() : column.isNotNull();
      case 5 -> compared(coalesce(column, lit(there(name))), lit(value(name)));
      case 6 -> compared(greatest(column, lit(there(name))), lit(value(name)));
      case 7 -> ofText();
      default -> ofSettings();
    };
  }

  private Column compared(Column left, Column right) {
    return switch (random.nextInt(7)) {
      case 0 -> left.lt(right);
      case 1 -> left.leq(right);
      case 2 -> left.gt(right);
      case 3 -> left.geq(right);
      case 4 -> left.notEqual(right);
      case 5 -> left.eqNullSafe(right);
      default -> left.equalTo(right);
    };
  }

  private Column ofText() {
    Column text = col(random.nextBoolean() ? "s" : "st.s");
    String other = (String) there("s");
    return switch (random.nextInt(7)) {
      case 0 -> text.startsWith(other);
      case 1 -> text.endsWith(other);
      case 2 -> text.contains(other);
      case 3 -> text.like(one(PATTERNS));
      case 4 -> substring(text, 1, 1).equalTo(other);
      case 5 -> compared(length(text), lit(random.nextInt(4)));
      default -> concat(text, col("s")).equalTo(other + other);
    };
  }

  /** What depends on a zone, on ANSI, or on more than the server is asked. */
  private Column ofSettings() {
    return switch (random.nextInt(7)) {
      case 0 -> expr("hour(ts) > 12");
      case 1 -> expr("CAST(ts AS STRING) LIKE '%:30%'");
      case 2 -> expr("to_date(ts) = DATE '2021-10-31'");
      case 3 -> expr("t + 1 > 5");
      case 4 -> upper(col("s")).equalTo("A");
      case 5 -> compared(year(col("day")), lit(1582));
      default -> expr("ts > TIMESTAMP '2021-10-31 02:00:00'");
    };
  }

  /** Some columns, parts of structs among them. */
  Column[] columns() {
    List<String> names = new ArrayList<>(ALL);
    names.addAll(List.of("id", "st", "st.n"));
    return some(names, 4).stream()
        .map(name -> col(name).as(name.replace('.', '_')))
        .toArray(Column[]::new);
  }

  private Set<String> some(List<String> of, int most) {
    Set<String> some = new LinkedHashSet<>();
    IntStream.rangeClosed(0, random.nextInt(most)).forEach(i -> some.add(one(of)));
    return some;
  }

  /** Values by which rows can be grouped, none to three. */
  Column[] groups() {
    List<Column> groups = new ArrayList<>();
    int count = random.nextInt(4);
    some(ALL, 3).stream()
        .limit(count)
        .forEach(name -> groups.add(col(name).as("g_" + name.replace('.', '_'))));
    if (count == 3) {
      groups.add(year(col("day")).as("g_year"));
      groups.add(when(condition(1), col("t")).otherwise(lit((byte) 1)).as("g_choice"));
    }
    return groups.toArray(Column[]::new);
  }

  /** Values of groups. */
  Column[] aggregates() {
    List<String> any = new ArrayList<>(List.of("count(1)", "max(st.s)"));
    ALL.forEach(
        name ->
            any.addAll(
                List.of(
                    "count(%s)".formatted(name),
                    "count(DISTINCT %s)".formatted(name),
                    "min(%s)".formatted(name),
                    "max(%s)".formatted(name))));
    for (String number : List.of("t", "i", "l", "f", "d", "m", "st.a", "st.n.x")) {
      any.add("sum(%s)".formatted(number));
      any.add("avg(%s)".formatted(number));
      any.add("sum(%s)".formatted(number));
    }
    any.addAll(
        List.of(
            "sum(big)",
            "sum(DISTINCT m)",
            "sum(CASE WHEN b THEN i ELSE 0 END)",
            "size(collect_set(i))",
            "sum(l) FILTER (WHERE b)",
            "max(l) - min(t)"));
    return some(any, 4).stream()
        .map(each -> expr(each).as("x" + each.hashCode()))
        .toArray(Column[]::new);
  }

  /** So many rows, some of which may not be there. */
  int few(int most) {
    return random.nextInt(most);
  }

  /** Sorts by some columns, and by the id at last, so that there is one order. */
  Dataset<Row> sorted(Dataset<Row> rows, List<String> by, List<Integer> directions) {
    Column[] order = new Column[by.size()];
    Arrays.setAll(order, i -> direction(col(by.get(i)), directions.get(i)));
    return rows.orderBy(order);
  }

  List<String> order() {
    List<String> by = new ArrayList<>(some(ALL, 2));
    by.add("id");
    return by;
  }

  private static Column direction(Column by, int which) {
    return switch (which % 4) {
      case 0 -> by.asc_nulls_first();
      case 1 -> by.asc_nulls_last();
      case 2 -> by.desc_nulls_first();
      default -> by.desc_nulls_last();
    };
  }
}
