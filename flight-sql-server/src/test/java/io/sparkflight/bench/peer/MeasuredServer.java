package io.sparkflight.bench.peer;

import io.sparkflight.sql.SparkFlightSqlServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A server in a process of its own that tells its port, and then does what it is asked for, a line
 * each: {@link OurServer} writes them.
 */
final class MeasuredServer {
  private MeasuredServer() {}

  public static void main(String[] args) throws Exception {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.scheduler.mode", "FAIR"); // as `sparkflight serve` does
    Map<String, String> settings = new HashMap<>(Map.of("spark.flight.port", "0"));
    for (String setting : args) {
      String[] pair = setting.split("=", 2);
      if (pair[0].startsWith("spark.flight.")) {
        settings.put(pair[0], pair[1]);
      } else {
        builder.config(pair[0], pair[1]);
      }
    }
    SparkSession spark = builder.getOrCreate();
    SparkFlightSqlServer server = SparkFlightSqlServer.start(spark, settings);
    System.out.println("port " + server.port());
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = questions.readLine(); line != null; line = questions.readLine()) {
      System.out.println(line.equals("SETTLED") ? settled(spark) : seconds(spark, line));
    }
    server.close();
    spark.stop();
  }

  private static double seconds(SparkSession spark, String question) {
    String[] parts = question.split(" ", 2);
    long start = System.nanoTime();
    Dataset<Row> rows = spark.sql(parts[1]);
    if (parts[0].equals(OurServer.Kind.NOOP.name())) {
      rows.write().format("noop").mode("overwrite").save();
    } else {
      rows.collectAsList();
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static double settled(SparkSession spark) {
    while (spark.sparkContext().statusTracker().getActiveJobIds().length > 0) {
      Thread.onSpinWait();
    }
    System.gc();
    return (heap() + direct()) / 1e6;
  }

  private static double heap() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static double direct() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum()
        + io.netty.util.internal.PlatformDependent.usedDirectMemory();
  }
}
