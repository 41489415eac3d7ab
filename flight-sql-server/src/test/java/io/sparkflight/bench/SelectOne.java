package io.sparkflight.bench;

import io.sparkflight.sql.SparkFlightSqlServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** {@code SELECT 1} over the JDBC driver on the embedded server, one client, warm. */
final class SelectOne implements Bench.Benchmark {
  private static final int WARM_UP = 1500;
  private static final int MEASURED = 1000;

  @Override
  public List<Bench.Figure> run(Path cache) throws Exception {
    try (SparkSession spark =
            SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .getOrCreate();
        SparkFlightSqlServer server =
            SparkFlightSqlServer.start(spark, Map.of("spark.flight.port", "0"));
        Connection connection =
            DriverManager.getConnection(
                "jdbc:arrow-flight-sql://127.0.0.1:" + server.port() + "/?useEncryption=false");
        Statement statement = connection.createStatement()) {
      List<Double> overJdbc = millis(() -> one(statement));
      List<Double> inSpark = millis(() -> spark.sql("SELECT 1").collectAsList());
      double p50 = Bench.median(overJdbc);
      double floor = Bench.median(inSpark);
      return List.of(
          new Bench.Figure(
              "SELECT 1 over JDBC, p50",
              p50,
              "ms",
              p50 / floor,
              "spark.sql(…).collect(): %.1f ms".formatted(floor),
              "≤ 10 ms"),
          new Bench.Figure("SELECT 1 over JDBC, p99", p99(overJdbc), "ms", null, "", ""));
    }
  }

  /** One execution. */
  private interface Execution {
    Object run() throws SQLException;
  }

  private static List<Double> millis(Execution execution) throws SQLException {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < WARM_UP + MEASURED; i++) {
      long start = System.nanoTime();
      execution.run();
      if (i >= WARM_UP) {
        millis.add((System.nanoTime() - start) / 1e6);
      }
    }
    return millis;
  }

  private static Object one(Statement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery("SELECT 1")) {
      if (!result.next() || result.getInt(1) != 1 || result.next()) {
        throw new IllegalStateException("SELECT 1 did not give 1");
      }
      return statement;
    }
  }

  private static double p99(List<Double> millis) {
    return millis.stream().sorted().toList().get(MEASURED * 99 / 100);
  }
}
