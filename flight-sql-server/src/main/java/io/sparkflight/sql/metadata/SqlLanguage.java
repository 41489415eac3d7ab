package io.sparkflight.sql.metadata;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportsConvert;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sparkflight.LanguageBridge;
import org.apache.spark.sql.sparkflight.LanguageBridge.Function;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Words, functions and conversions of a session's SQL, as Spark itself knows them. */
final class SqlLanguage {
  /** Operators are functions too; these can be called by name. */
  private static final Pattern CALLABLE = Pattern.compile("[a-z_][a-z0-9_]*");

  /** Operators with names. */
  private static final Set<String> OPERATORS = Set.of("case", "when", "div");

  /** In the grammar and therefore not among the functions. */
  private static final Set<String> DATETIME_GRAMMAR =
      Set.of("EXTRACT", "TIMESTAMPADD", "TIMESTAMPDIFF");

  /** The types that JDBC and ODBC convert between, as Spark has them; it has no TIME. */
  private static final Map<SqlSupportsConvert, DataType> TYPES =
      new EnumMap<>(
          Map.ofEntries(
              Map.entry(SqlSupportsConvert.SQL_CONVERT_BIGINT, DataTypes.LongType),
              Map.entry(SqlSupportsConvert.SQL_CONVERT_BINARY, DataTypes.BinaryType),
              Map.entry(SqlSupportsConvert.SQL_CONVERT_BIT, DataTypes.BooleanType),
              Map.entry(SqlSupportsConvert.SQL_CONVERT_CHAR, DataTypes.StringType),
              Map.entry(SqlSupportsConvert.SQL_CONVERT_DATE, DataTypes.DateType),
              Map.entry(
                  SqlSupportsConvert.SQL_CONVERT_DECIMAL, DataTypes.createDecimalType(38, 18)),
              Map.entry(SqlSupportsConvert.SQL_CONVERT_FLOAT, DataTypes.DoubleType),
              Map.entry(SqlSupportsConvert.SQL_CONVERT_INTEGER, DataTypes.IntegerType),
              Map.entry(
                  SqlSupportsConvert.SQL_CONVERT_INTERVAL_DAY_TIME,
                  DataTypes.createDayTimeIntervalType()),
              Map.entry(
                  SqlSupportsConvert.SQL_CONVERT_INTERVAL_YEAR_MONTH,
                  DataTypes.createYearMonthIntervalType()),
              Map.entry(SqlSupportsConvert.SQL_CONVERT_LONGVARBINARY, DataTypes.BinaryType),
              Map.entry(SqlSupportsConvert.SQL_CONVERT_LONGVARCHAR, DataTypes.StringType),
              Map.entry(
                  SqlSupportsConvert.SQL_CONVERT_NUMERIC, DataTypes.createDecimalType(38, 18)),
              Map.entry(SqlSupportsConvert.SQL_CONVERT_REAL, DataTypes.FloatType),
              Map.entry(SqlSupportsConvert.SQL_CONVERT_SMALLINT, DataTypes.ShortType),
              Map.entry(SqlSupportsConvert.SQL_CONVERT_TIMESTAMP, DataTypes.TimestampType),
              Map.entry(SqlSupportsConvert.SQL_CONVERT_TINYINT, DataTypes.ByteType),
              Map.entry(SqlSupportsConvert.SQL_CONVERT_VARBINARY, DataTypes.BinaryType),
              Map.entry(SqlSupportsConvert.SQL_CONVERT_VARCHAR, DataTypes.StringType)));

  private SqlLanguage() {}

  /** The values of the codes that Spark answers. */
  static Map<SqlInfo, Object> of(SparkSession spark) {
    List<Function> functions = LanguageBridge.functions(spark);
    return new EnumMap<>(
        Map.of(
            SqlInfo.SQL_KEYWORDS, sorted(LanguageBridge.keywords().stream()),
            SqlInfo.SQL_NUMERIC_FUNCTIONS, named(functions, "math_funcs", "bitwise_funcs"),
            SqlInfo.SQL_STRING_FUNCTIONS, named(functions, "string_funcs"),
            SqlInfo.SQL_SYSTEM_FUNCTIONS, named(functions, "misc_funcs", "conditional_funcs"),
            SqlInfo.SQL_DATETIME_FUNCTIONS,
                sorted(
                    Stream.concat(
                        named(functions, "datetime_funcs").stream(), DATETIME_GRAMMAR.stream())),
            SqlInfo.SQL_SUPPORTS_CONVERT, conversions(spark)));
  }

  private static List<String> named(List<Function> functions, String... groups) {
    Set<String> wanted = Set.of(groups);
    return sorted(
        functions.stream()
            .filter(function -> wanted.contains(function.group()))
            .map(Function::name)
            .filter(name -> CALLABLE.matcher(name).matches() && !OPERATORS.contains(name)));
  }

  private static List<String> sorted(Stream<String> names) {
    return names.map(name -> name.toUpperCase(Locale.ROOT)).distinct().sorted().toList();
  }

  /** From a type to those that CAST makes of it, each by its number. */
  private static Map<Integer, List<Integer>> conversions(SparkSession spark) {
    Map<Integer, List<Integer>> conversions = new TreeMap<>();
    TYPES.forEach(
        (from, type) ->
            conversions.put(
                from.getNumber(),
                TYPES.entrySet().stream()
                    .filter(to -> LanguageBridge.canCast(spark, type, to.getValue()))
                    .map(to -> to.getKey().getNumber())
                    .toList()));
    return conversions;
  }
}
