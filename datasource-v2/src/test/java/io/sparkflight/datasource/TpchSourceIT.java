package io.sparkflight.datasource;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.sql.SparkFlightSqlServer;
import io.sparkflight.sql.demo.TpchTables;
import io.sparkflight.testing.Canonical;
import io.sparkflight.testing.Tpch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The TPC-H queries with every table read through the source: what Parquet itself answers. */
class TpchSourceIT {
  private static SparkSession local;
  private static SparkSession asking;
  private static SparkFlightSqlServer server;

  @BeforeAll
  static void start() {
    local =
        SparkSession.builder()
            .master(
                "local[16]") // both Sparks are this one: who waits must leave room for who works
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", 2)
            .getOrCreate();
    server = SparkFlightSqlServer.start(local, Map.of("spark.flight.port", "0"));
    asking = local.newSession();
    Path folder = Tpch.folder(local);
    for (String table : TpchTables.NAMES) {
      String path = folder.resolve(table).toString();
      local.read().parquet(path).createOrReplaceTempView(table);
      local.read().parquet(path).createOrReplaceGlobalTempView(table);
      asking
          .read()
          .format("flight-sql")
          .option("uri", server.uri())
          .option("dbtable", "global_temp." + table)
          .load()
          .createOrReplaceTempView(table);
    }
  }

  @AfterAll
  static void stop() {
    server.close();
    local.stop();
  }

  static Stream<String> queries() {
    return Tpch.queries();
  }

  @ParameterizedTest
  @MethodSource("queries")
  void theSameAnswer(String query) {
    assertThat(answer(asking, query)).isEqualTo(answer(local, query));
  }

  /** In the order of the query, of which the standard's leave no two rows alike. */
  private static List<String> answer(SparkSession spark, String query) {
    return spark.sql(Tpch.text(query)).collectAsList().stream().map(Canonical::ofSpark).toList();
  }
}
