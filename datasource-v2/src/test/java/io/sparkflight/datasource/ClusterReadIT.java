package io.sparkflight.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.ServerOptions;
import io.sparkflight.testing.DevCluster;
import io.sparkflight.testing.LocalSpark;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.flight.FlightInfo;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two servers as processes: a result of both, of both through one, and one killed meanwhile. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterReadIT {
  private static final long ROWS = 4_000_000;

  @RegisterExtension
  static final DevCluster CLUSTER =
      DevCluster.withoutTables("source", "--servers", "2", "--workers", "1");

  private static final AtomicBoolean KILLED = new AtomicBoolean();
  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = LocalSpark.session();
  }

  private static Dataset<Row> rows() throws Exception {
    return rows(Map.of());
  }

  private static Dataset<Row> rows(Map<String, String> more) throws Exception {
    return spark
        .read()
        .format("flight-sql")
        .options(more)
        .option("uri", CLUSTER.servers().get(0).uri().toString())
        .option("query", "SELECT id, repeat('x', 50) AS x FROM range(0, %d, 1, 8)".formatted(ROWS))
        .load();
  }

  @Test
  @Order(1)
  void bothServersGiveTheirPart() throws Exception {
    assertWhole(rows(), 2);
    assertWhole(rows(Map.of("streams", "3")), 6);
    assertWhole(rows(Map.of("streams", "3", "retain", "0s")), 2); // which are read once
  }

  /** Every row once, from so many parts. */
  private static void assertWhole(Dataset<Row> rows, int parts) {
    assertThat(
            rows.withColumn("part", functions.spark_partition_id())
                .selectExpr("count(*)", "sum(id)", "count(DISTINCT part)")
                .first())
        .hasToString("[%d,%d,%d]".formatted(ROWS, ROWS * (ROWS - 1) / 2, parts));
  }

  /** The part of the other one comes through this one, with the checksum of the other. */
  @Test
  @Order(2)
  void oneServerForwardsThePartOfTheOther() throws Exception {
    Map<String, String> proxied = Map.of("header.spark.flight.result.locations", "proxied");
    assertWhole(rows(proxied), 2);
    Map<String, String> options = new HashMap<>(proxied);
    options.put("uri", CLUSTER.servers().get(0).uri().toString());
    try (ServerConnection server = ServerConnection.open(ServerOptions.of(options))) {
      FlightInfo info = server.execute("SELECT id FROM range(0, %d, 1, 8)".formatted(ROWS));
      assertThat(info.getEndpoints())
          .hasSize(2)
          .allSatisfy(endpoint -> assertThat(endpoint.getLocations()).isEmpty());
      server.cancel(info);
    }
  }

  @Test
  @Order(3)
  void aServerKilledInTheMiddleIsAnErrorAndNeverFewerRows() throws Exception {
    long victim = CLUSTER.servers().get(1).pid();
    FilterFunction<Row> killing =
        row -> {
          if (row.getLong(0) % 1_000 == 0 && KILLED.compareAndSet(false, true)) {
            DevCluster.kill(victim);
          }
          return true;
        };
    assertThatThrownBy(() -> rows().filter(killing).count())
        .hasMessageContaining("Cannot read endpoint")
        .hasMessageContaining("UNAVAILABLE");
    assertThat(KILLED).isTrue();
  }
}
