package io.sparkflight.datasource.testing;

import static org.awaitility.Awaitility.await;

import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.SparkSession;

/**
 * The threads on which the source looks after what servers keep for it. Each ends with its query or
 * job, when the server has been told of the end.
 */
public final class Renewals {
  private Renewals() {}

  /** How many there are. */
  public static long running() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("flight-sql-renewal"))
        .count();
  }

  /**
   * Waits until servers know of the end of every query: Spark tells of it later than its caller.
   */
  public static void awaitEnd(SparkSession spark) throws TimeoutException {
    spark.sparkContext().listenerBus().waitUntilEmpty();
    await("the end of what was before").until(() -> running() == 0);
  }
}
