package io.sparkflight.datasource.sql;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.spark.sql.types.StructType;

/**
 * What a server has said of its SQL.
 *
 * @param sparks whether it is the SQL of this Spark, with the same meaning
 * @param names quotes names
 * @param told whether the server has said so: what is a name in one SQL is a text in another, as
 *     "name" is in those of MySQL, Hive and Spark
 * @param functions that can be called by name, in capitals
 * @param longest how many characters a statement may have; 0 if it is not known
 */
public record Dialect(
    boolean sparks, ServerSql names, boolean told, Set<String> functions, long longest) {
  /** Who has an answer for every code. */
  private static final String OURS = "Spark Flight SQL";

  /** What SQL itself says, for names that nobody could take for a text: those of tables. */
  private static final String USUAL_QUOTE = "\"";

  /** What has to be asked of every server. */
  public static final List<SqlInfo> BASICS =
      List.of(SqlInfo.FLIGHT_SQL_SERVER_NAME, SqlInfo.SQL_IDENTIFIER_QUOTE_CHAR);

  /** What has to be asked as well of a server that speaks as Spark does. */
  public static final List<SqlInfo> DETAILS =
      List.of(
          SqlInfo.SQL_NUMERIC_FUNCTIONS,
          SqlInfo.SQL_STRING_FUNCTIONS,
          SqlInfo.SQL_SYSTEM_FUNCTIONS,
          SqlInfo.SQL_DATETIME_FUNCTIONS,
          SqlInfo.SQL_MAX_STATEMENT_LENGTH);

  /** Of what a server has told; what it has not told is as in SQL itself. */
  public static Dialect of(Map<SqlInfo, Object> told) {
    boolean sparks = OURS.equals(String.valueOf(told.get(SqlInfo.FLIGHT_SQL_SERVER_NAME)));
    String quote = String.valueOf(told.get(SqlInfo.SQL_IDENTIFIER_QUOTE_CHAR));
    boolean usable = quote.length() == 1 && !quote.isBlank(); // JDBC: a blank is for none
    Set<String> functions = new HashSet<>();
    told.values().stream()
        .filter(Collection.class::isInstance)
        .flatMap(names -> ((Collection<?>) names).stream())
        .forEach(name -> functions.add(name.toString().toUpperCase(Locale.ROOT)));
    return new Dialect(
        sparks,
        new ServerSql(usable ? quote : USUAL_QUOTE),
        usable,
        Set.copyOf(functions),
        told.get(SqlInfo.SQL_MAX_STATEMENT_LENGTH) instanceof Long longest ? longest : 0);
  }

  /** The same names, and nothing else but what every SQL has in common. */
  public Dialect common() {
    return new Dialect(false, names, told, Set.of(), longest);
  }

  /** What can be said of a relation's columns. */
  public Expressions expressions(StructType columns) {
    return sparks ? new SparkExpressions(this, columns) : new CommonExpressions(this, columns);
  }
}
