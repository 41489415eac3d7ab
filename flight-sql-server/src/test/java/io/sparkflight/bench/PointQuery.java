package io.sparkflight.bench;

import io.sparkflight.sql.SparkFlightSqlServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * A row by its key, over the JDBC driver on the embedded server, one client, warm: the same handle
 * again and again, against a new text each time. From a view of values, which needs no job, so that
 * the parsing, the analysis and the calls are what is compared; and from a small Parquet table.
 */
final class PointQuery implements Bench.Benchmark {
  private static final int WARM_UP = 500;
  private static final int MEASURED = 1000;
  private static final int ROWS = 100;

  /**
   * So few that Spark keeps the code it generates for each; else the first to ask pays for both.
   */
  private static final int IDS = 10;

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
      StringBuilder values = new StringBuilder("(0, 'name 0')");
      for (int i = 1; i < ROWS; i++) {
        values.append(", (").append(i).append(", 'name ").append(i).append("')");
      }
      statement.executeUpdate(
          "CREATE TEMPORARY VIEW point AS SELECT * FROM VALUES " + values + " AS t(id, name)");
      spark.sql("DROP TABLE IF EXISTS point_files");
      spark.sql(
          "CREATE TABLE point_files USING parquet AS SELECT CAST(id AS INT) AS id, 'x' AS name FROM"
              + " range(0, 100, 1, 1)");
      List<Bench.Figure> figures = new ArrayList<>();
      figures.addAll(compare(connection, statement, "point", 1));
      figures.addAll(compare(connection, statement, "point_files", 5));
      spark.sql("DROP TABLE point_files");
      return figures;
    }
  }

  /** The two in turn, so that whatever else the machine does slows down both. */
  private static List<Bench.Figure> compare(
      Connection connection, Statement statement, String table, int fewer) throws SQLException {
    String sql = "SELECT name FROM " + table + " WHERE id = ";
    List<Double> again = new ArrayList<>();
    List<Double> anew = new ArrayList<>();
    try (PreparedStatement prepared = connection.prepareStatement(sql + "?")) {
      for (int i = 0; i < (WARM_UP + MEASURED) / fewer; i++) {
        int id = i % IDS;
        double prepares = millis(() -> byHandle(prepared, id));
        double texts = millis(() -> one(statement.executeQuery(sql + id)));
        if (i >= WARM_UP / fewer) {
          again.add(prepares);
          anew.add(texts);
        }
      }
    }
    return List.of(
        new Bench.Figure(
            "prepared, " + table,
            1000 / Bench.median(again),
            "1/s",
            Bench.median(anew) / Bench.median(again),
            "a new text each time: %.0f 1/s".formatted(1000 / Bench.median(anew)),
            "≥ 1.5 ×"));
  }

  /** One execution. */
  private interface Execution {
    void run() throws SQLException;
  }

  private static double millis(Execution execution) throws SQLException {
    long start = System.nanoTime();
    execution.run();
    return (System.nanoTime() - start) / 1e6;
  }

  private static void byHandle(PreparedStatement prepared, int id) throws SQLException {
    prepared.setInt(1, id);
    one(prepared.executeQuery());
  }

  private static void one(ResultSet rows) throws SQLException {
    try (rows) {
      if (!rows.next() || rows.getString(1) == null || rows.next()) {
        throw new IllegalStateException("not one row");
      }
    }
  }
}
