package io.sparkflight.datasource.client;

import org.apache.spark.sql.connector.metric.CustomSumMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;

/**
 * A figure that Spark's UI adds up over the tasks. Spark makes each by its class, so every figure
 * needs a public class of its own with a constructor without arguments.
 */
public abstract class SumMetric extends CustomSumMetric {
  private final String name;
  private final String description;

  /**
   * @param name of the figure, the same in tasks and in the driver
   * @param description what the UI shows
   */
  protected SumMetric(String name, String description) {
    this.name = name;
    this.description = description;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String description() {
    return description;
  }

  /** What one task has of it. */
  public final CustomTaskMetric of(long value) {
    return new Of(name, value);
  }

  private record Of(String name, long value) implements CustomTaskMetric {}
}
