package io.sparkflight.datasource.read;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.SourceOptions;
import java.util.List;
import org.apache.spark.SparkConf;

/**
 * Second copies of tasks that still run. A copy that reads what can be read once would fail,
 * because the first has the rows, and Spark would count that until the whole query fails. No source
 * can tell Spark to leave it: {@code spark.speculation} is the application's.
 */
final class Speculation {
  private Speculation() {}

  /**
   * Refuses a query of which that may happen.
   *
   * @throws FlightSqlException saying what to set instead
   */
  static void refuse(SourceOptions source, List<EndpointPartition> partitions, SparkConf conf) {
    String master = conf.get("spark.master", "");
    boolean oneProcess = master.equals("local") || master.startsWith("local[");
    boolean copies = conf.getBoolean("spark.speculation", false) && !oneProcess;
    if (copies && partitions.stream().anyMatch(each -> !each.again())) {
      throw FlightSqlException.because(
          "Cannot read %s with spark.speculation: the server keeps each part of a result for one read, so a second copy of a task finds nothing. Set spark.speculation to false, or retain if it is a Spark Flight SQL server, or reread if the server gives the same rows for a ticket again."
              .formatted(source));
    }
  }
}
