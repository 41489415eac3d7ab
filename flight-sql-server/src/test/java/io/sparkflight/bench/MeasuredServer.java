package io.sparkflight.bench;

import io.sparkflight.sql.SparkFlightSqlServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * A server in a process of its own that tells its port, and on {@code settled} waits until no Spark
 * job runs and tells the megabytes of live heap and direct memory.
 */
final class MeasuredServer {
  private MeasuredServer() {}

  public static void main(String[] args) throws Exception {
    SparkSession spark =
        SparkSession.builder().master("local[2]").config("spark.ui.enabled", false).getOrCreate();
    SparkFlightSqlServer server =
        SparkFlightSqlServer.start(spark, Map.of("spark.flight.port", "0"));
    System.out.println(server.port());
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while ("settled".equals(questions.readLine())) {
      while (spark.sparkContext().statusTracker().getActiveJobIds().length > 0) {
        Thread.onSpinWait();
      }
      System.gc();
      System.out.println((heap() + direct()) / 1e6);
    }
    server.close();
    spark.stop();
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
