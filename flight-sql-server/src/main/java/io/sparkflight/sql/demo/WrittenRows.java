package io.sparkflight.sql.demo;

import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Tells a progress how many rows the jobs of one table have written, task by task. */
final class WrittenRows extends SparkListener implements AutoCloseable {
  private static final String TABLE = "sparkflight.tpch.table";

  private final SparkContext context;
  private final String table;
  private final Progress progress;
  private final Set<Integer> stages = ConcurrentHashMap.newKeySet();

  private WrittenRows(SparkContext context, String table, Progress progress) {
    this.context = context;
    this.table = table;
    this.progress = progress;
  }

  /** Watches the jobs that this thread starts until it is closed. */
  static WrittenRows watch(SparkContext context, String table, Progress progress) {
    WrittenRows written = new WrittenRows(context, table, progress);
    context.setLocalProperty(TABLE, table);
    context.addSparkListener(written);
    return written;
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    Properties properties = submitted.properties();
    if (table.equals(properties.getProperty(TABLE))) {
      stages.add(submitted.stageInfo().stageId());
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd ended) {
    if (stages.contains(ended.stageId()) && ended.taskInfo().successful()) {
      progress.advanced(table, ended.taskMetrics().outputMetrics().recordsWritten());
    }
  }

  @Override
  public void close() {
    context.removeSparkListener(this);
    context.setLocalProperty(TABLE, null);
  }
}
