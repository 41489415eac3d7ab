package io.sparkflight.datasource.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.Expressions;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.connector.expressions.SortOrder;
import org.apache.spark.sql.connector.expressions.aggregate.AggregateFunc;
import org.apache.spark.sql.connector.expressions.aggregate.Aggregation;
import org.apache.spark.sql.connector.expressions.aggregate.Avg;
import org.apache.spark.sql.connector.expressions.aggregate.Count;
import org.apache.spark.sql.connector.expressions.aggregate.CountStar;
import org.apache.spark.sql.connector.expressions.aggregate.Sum;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

/** What is said to servers of other kinds than the tests have, and what is not. */
class ServerQueryTest {
  private static final StructType TABLE =
      StructType.fromDDL(
          "n INT, `a\"b` BIGINT, s STRING, d DOUBLE, c DECIMAL(38,2), st STRUCT<a: INT, A: INT>");

  private static final Dialect UNTOLD = Dialect.of(Map.of());
  private static final Dialect OTHER = Dialect.of(Map.of(SqlInfo.SQL_IDENTIFIER_QUOTE_CHAR, "\""));
  private static final Dialect SPARK =
      Dialect.of(
          Map.of(
              SqlInfo.FLIGHT_SQL_SERVER_NAME,
              "Spark Flight SQL",
              SqlInfo.SQL_IDENTIFIER_QUOTE_CHAR,
              "`",
              SqlInfo.SQL_MAX_STATEMENT_LENGTH,
              200L));

  private static Expression column(String... path) {
    return Expressions.column(String.join(".", path));
  }

  private static Literal<?> literal(Object value, DataType type) {
    return new Literal<Object>() {
      @Override
      public Object value() {
        return value;
      }

      @Override
      public DataType dataType() {
        return type;
      }
    };
  }

  private static Literal<?> text(String value) {
    return literal(UTF8String.fromString(value), DataTypes.StringType);
  }

  private static Predicate predicate(String name, Expression... operands) {
    return new Predicate(name, operands);
  }

  private static String asked(Dialect dialect, Predicate... predicates) {
    ServerQuery query = new ServerQuery(dialect, TABLE);
    query.select(new StructType().add("n", DataTypes.IntegerType));
    Arrays.stream(predicates).forEach(query::filter);
    return query.of("t").replace("\n", "");
  }

  @Test
  void anUnknownServerIsAskedOnlyWhatAllUnderstand() {
    assertThat(
            asked(
                OTHER,
                predicate("<", column("n"), literal(3, DataTypes.IntegerType)),
                predicate("=", column("s"), text("plain")),
                predicate("=", column("s"), text("it's")),
                predicate("=", column("s"), text("a\\b")),
                predicate("<", column("s"), text("b")),
                predicate("<>", column("n"), literal(3, DataTypes.IntegerType)),
                predicate("=", column("d"), literal(1.5, DataTypes.DoubleType))))
        .isEqualTo("SELECT \"n\" FROM t WHERE \"n\" < 3 AND \"s\" = 'plain'");
  }

  /** In the SQL of others "n" is a text, which is in every row, and never null. */
  @Test
  void aServerThatDoesNotTellItsQuoteIsToldNoNames() {
    Predicate known = predicate("IS_NOT_NULL", column("n"));
    assertThat(asked(UNTOLD, known)).isEqualTo("SELECT * FROM t");
    assertThat(asked(Dialect.of(Map.of(SqlInfo.SQL_IDENTIFIER_QUOTE_CHAR, " ")), known))
        .isEqualTo("SELECT * FROM t");
    assertThat(new ServerQuery(UNTOLD, TABLE).columns().length()).isEqualTo(TABLE.length());
    assertThat(aggregated(UNTOLD, new Count(column("n"), false))).isFalse();
    assertThat(aggregated(OTHER, new Count(column("n"), false))).isTrue();
    ServerQuery count = new ServerQuery(UNTOLD, TABLE);
    count.aggregate(new Aggregation(new AggregateFunc[] {new CountStar()}, new Expression[0]));
    assertThat(count.of("t")).startsWith("SELECT COUNT(*) AS aggregate_0 FROM t");
  }

  /** Such a server may take them for patterns of column names. */
  @Test
  void oddNamesAreNoneAmongOutputs() {
    assertThat(aggregated(SPARK, new Sum(column("n"), false))).isTrue();
    assertThat(aggregated(SPARK, new Count(oddColumn(), false))).isFalse();
    ServerQuery query = new ServerQuery(SPARK, TABLE);
    assertThat(
            query.canAggregate(
                new Aggregation(
                    new AggregateFunc[] {new CountStar()}, new Expression[] {oddColumn()})))
        .isFalse();
    assertThat(query.filter(predicate("IS_NULL", oddColumn()))).isTrue();
  }

  private static Expression oddColumn() {
    return column("`a\"b`");
  }

  @Test
  void textsThatAreNoUtf8GoByTheirBytesOrNotAtAll() {
    Predicate broken =
        predicate(
            "=",
            column("s"),
            literal(UTF8String.fromBytes(new byte[] {'a', (byte) 0xFF}), DataTypes.StringType));
    assertThat(asked(SPARK, broken)).contains("CAST(X'61FF' AS STRING)");
    assertThat(asked(OTHER, broken)).isEqualTo("SELECT \"n\" FROM t");
  }

  @Test
  void anUnknownServerNeitherSortsNorLeavesRowsOutNorCountsThemAtLast() {
    ServerQuery query = new ServerQuery(OTHER, TABLE);
    SortOrder order =
        Expressions.sort(
            column("n"), org.apache.spark.sql.connector.expressions.SortDirection.ASCENDING);
    assertThat(query.top(new SortOrder[] {order}, 3)).isFalse();
    assertThat(query.limit(3)).as("that the limit is final").isFalse();
    assertThat(query.offset(3)).isFalse();
    assertThat(query.of("t")).endsWith(" LIMIT 3");
    assertThat(query.isExact()).isFalse();
  }

  @Test
  void anUnknownServerCountsButDoesNotSum() {
    assertThat(aggregated(OTHER, new CountStar())).isTrue();
    assertThat(aggregated(OTHER, new Sum(column("n"), false))).isFalse();
    assertThat(aggregated(OTHER, new Avg(column("n"), false))).isFalse();
  }

  private static boolean aggregated(Dialect dialect, AggregateFunc function) {
    Aggregation by = new Aggregation(new AggregateFunc[] {function}, new Expression[0]);
    ServerQuery query = new ServerQuery(dialect, TABLE);
    boolean can = query.canAggregate(by);
    assertThat(query.aggregate(by)).isEqualTo(can);
    return can;
  }

  @Test
  void sumsThatMayOverflowAndAveragesThatMayRoundOtherwiseAreNotAsked() {
    assertThat(aggregated(SPARK, new Sum(column("n"), false))).isTrue();
    assertThat(aggregated(SPARK, new Avg(column("n"), false))).isTrue();
    assertThat(aggregated(SPARK, new Sum(column("c"), false))).isFalse();
    assertThat(aggregated(SPARK, new Avg(column("c"), false))).isFalse();
  }

  @Test
  void aFieldThatCouldBeAnotherIsNotAskedFor() {
    StructType wanted =
        new StructType().add("st", new StructType().add("a", DataTypes.IntegerType));
    ServerQuery query = new ServerQuery(SPARK, TABLE);
    query.select(wanted);
    assertThat(query.of("t")).startsWith("SELECT `st` FROM t");
    assertThat(query.columns().catalogString()).isEqualTo("struct<st:struct<a:int,A:int>>");
    assertThat(query.filter(predicate("IS_NULL", column("st", "a")))).isFalse();
  }

  @Test
  void moreThanAStatementMayHaveIsNotAsked() {
    ServerQuery query = new ServerQuery(SPARK, TABLE);
    assertThat(query.filter(predicate("=", column("s"), text("x".repeat(60))))).isTrue();
    assertThat(query.filter(predicate("=", column("s"), text("x".repeat(60))))).isFalse();
    assertThat(query.filter(predicate("IS_NULL", column("s")))).isTrue();
  }

  @Test
  void chainsAreNotNested() {
    Predicate chain = predicate("IS_NULL", column("n"));
    for (int i = 0; i < 3; i++) {
      chain = predicate("OR", chain, predicate("IS_NULL", column("s")));
    }
    assertThat(asked(SPARK, chain))
        .isEqualTo(
            "SELECT `n` FROM t WHERE ((`n` IS NULL) OR (`s` IS NULL) OR (`s` IS NULL) OR (`s` IS NULL))");
  }

  @Test
  void functionsThatTheServerHasNotToldAreNotAsked() {
    assertThat(List.of(asked(SPARK, predicate("STARTS_WITH", column("s"), text("x")))))
        .containsExactly("SELECT `n` FROM t");
  }
}
