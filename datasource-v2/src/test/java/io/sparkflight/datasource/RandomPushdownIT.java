package io.sparkflight.datasource;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.ServerOptions;
import io.sparkflight.testing.Canonical;
import io.sparkflight.testing.FlightSqlServerExtension;
import io.sparkflight.testing.LocalSpark;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random queries, with pushdown, without it and of the table itself: the same rows, whatever the
 * settings of who asks and of the server's session are. {@code -Dpushdown.seed=…} replays, {@code
 * -Dpushdown.queries=…} asks more.
 */
class RandomPushdownIT {
  private static final long SEED = Long.getLong("pushdown.seed", new Random().nextInt());
  private static final int QUERIES = Integer.getInteger("pushdown.queries", 12);
  private static final List<String> ZONES =
      List.of("UTC", "Europe/Berlin", "Pacific/Apia", "America/St_Johns");

  private static final LocalSpark SPARK =
      LocalSpark.on("local[8]")
          .with("spark.sql.session.timeZone", "Asia/Kolkata")
          .with("spark.sql.datetime.java8API.enabled", true)
          .with("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
          .with("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED");

  @RegisterExtension
  static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension(SPARK);

  @TempDir static Path folder;
  private static SparkSession spark;
  private static int pushed;

  @BeforeAll
  static void start() {
    spark = SPARK.get();
    spark
        .createDataFrame(new RandomQueries(SEED).rows(300), RandomQueries.schema())
        .repartition(2)
        .write()
        .parquet(table());
  }

  private static String table() {
    return folder.resolve("table").toString();
  }

  /** Of the one session of all who do not sign in. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "spark.sql.ansi.enabled=true spark.sql.session.timeZone=America/Sao_Paulo"
            + " spark.sql.parser.escapedStringLiterals=true spark.sql.timestampType=TIMESTAMP_NTZ"
            + " spark.sql.decimalOperations.allowPrecisionLoss=false spark.sql.caseSensitive=true",
      })
  void theSameRows(String settings) {
    try (ServerConnection session =
        ServerConnection.open(ServerOptions.of(Map.of("uri", SERVER.server().uri())))) {
      for (String setting : settings.isEmpty() ? new String[0] : settings.split(" ")) {
        session.execute("SET " + setting);
      }
    }
    pushed = 0;
    Random seeds = new Random(SEED + settings.hashCode());
    for (int i = 0; i < QUERIES; i++) {
      compare(seeds.nextLong());
    }
    assertThat(pushed).as("queries with something pushed").isGreaterThan(QUERIES / 3);
  }

  private static void compare(long seed) {
    Random random = new Random(seed);
    SparkSession asking = spark.newSession();
    asking.conf().set("spark.sql.session.timeZone", ZONES.get(random.nextInt(ZONES.size())));
    asking.conf().set("spark.sql.ansi.enabled", random.nextBoolean());
    UnaryOperator<Dataset<Row>> query = query(seed, random.nextInt(6));
    boolean ordered =
        query
            .apply(asking.read().parquet(table()))
            .queryExecution()
            .logical()
            .toString()
            .contains("Sort [");
    List<String> expected = answer(query.apply(asking.read().parquet(table())), ordered);
    for (boolean pushdown : new boolean[] {false, true}) {
      Dataset<Row> remote =
          query.apply(
              asking
                  .read()
                  .format("flight-sql")
                  .option("uri", SERVER.server().uri())
                  .option("query", "SELECT * FROM parquet.`" + table() + "`")
                  .option("pushdown", pushdown)
                  .load());
      assertThat(answer(remote, ordered))
          .as(
              "-Dpushdown.seed=%d, query %d, pushdown %s, %s",
              SEED, seed, pushdown, remote.queryExecution())
          .isEqualTo(expected);
      String plan = remote.queryExecution().executedPlan().toString();
      boolean nothing = plan.contains("PushedFilters: [], PushedLimit: none");
      pushed += pushdown && !nothing ? 1 : 0;
    }
  }

  /** The same query each time it is applied. */
  private static UnaryOperator<Dataset<Row>> query(long seed, int kind) {
    return table -> {
      RandomQueries next = new RandomQueries(seed);
      Column[] columns = next.columns();
      Column[] groups = next.groups();
      Column[] aggregates = next.aggregates();
      Dataset<Row> rows = table.where(next.condition(2));
      List<Integer> directions = IntStream.range(0, 9).map(i -> next.few(4)).boxed().toList();
      return switch (kind) {
        case 0 -> rows.select(columns);
        case 1 -> next.sorted(rows, next.order(), directions).limit(next.few(20)).select(columns);
        case 2 ->
            next.sorted(rows, next.order(), directions)
                .offset(next.few(5))
                .limit(next.few(20))
                .select(columns);
        case 3 -> table.limit(next.few(400)).selectExpr("count(1)");
        default -> grouped(kind == 4 ? rows : table, groups, aggregates);
      };
    };
  }

  private static Dataset<Row> grouped(Dataset<Row> rows, Column[] groups, Column[] aggregates) {
    Column[] rest = java.util.Arrays.copyOfRange(aggregates, 1, aggregates.length);
    return rows.groupBy(groups).agg(aggregates[0], rest);
  }

  /** The rows as text; a zero of one sign is the other where Spark may have taken either. */
  private static List<String> answer(Dataset<Row> rows, boolean ordered) {
    List<String> lines =
        rows.collectAsList().stream()
            .map(row -> Canonical.ofSpark(row).replaceAll("-0\\.0(?![0-9])", "0.0"))
            .collect(Collectors.toList());
    if (!ordered) {
      lines.sort(null);
    }
    return lines;
  }
}
