package io.sparkflight.datasource.client;

import org.apache.spark.SparkContext;

/**
 * Who reads a result.
 *
 * @param application the id of the Spark application, by which a server knows that it is its own
 * @param tasks how many tasks the application runs at once
 */
public record Reader(String application, int tasks) {
  /** What a server of ours fills without having more threads than two read. */
  private static final int USUAL_STREAMS = 2;

  /** An application as it is now. */
  public static Reader of(SparkContext spark) {
    return new Reader(spark.applicationId(), spark.defaultParallelism());
  }

  /** In how many parts each server does best to hand out a result that it keeps. */
  int streams() {
    return Math.min(tasks, USUAL_STREAMS);
  }
}
