package io.sparkflight.sql;

import org.apache.spark.sql.SparkSession;

/** An application that knows nothing of Flight but the plugin's name; ends with its input. */
public final class PluginApplication {
  private PluginApplication() {}

  /** Starts on the port of the first argument, and says so. */
  public static void main(String[] args) throws Exception {
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .appName("plugin")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.plugins", FlightSqlPlugin.class.getName())
            .config("spark.flight.port", args[0])
            .config("spark.sql.warehouse.dir", args[1])
            .getOrCreate()) {
      spark.range(3).selectExpr("id * 2 AS twice").createOrReplaceGlobalTempView("numbers");
      spark.sql("CREATE TABLE own USING parquet AS SELECT 'mine' AS whose");
      System.out.println("READY");
      System.in.readAllBytes();
    }
  }
}
