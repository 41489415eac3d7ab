package io.sparkflight.sql;

import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.SparkSession;

/** Counts the jobs that Spark starts. */
final class Jobs extends SparkListener {
  private final SparkSession spark;
  private final Set<Integer> seen = ConcurrentHashMap.newKeySet();
  private int marks;

  private Jobs(SparkSession spark) {
    this.spark = spark;
  }

  /** Counts from now on. */
  static Jobs of(SparkSession spark) {
    Jobs jobs = new Jobs(spark);
    spark.sparkContext().addSparkListener(jobs);
    return jobs;
  }

  /**
   * How many were started before this call. Events arrive late but in order, so that a job of its
   * own shows that all are here.
   */
  int started() {
    marks++;
    int mark = lastJob();
    await("the event of job %d".formatted(mark)).until(() -> seen.contains(mark));
    return (int) seen.stream().filter(job -> job < mark).count() - (marks - 1);
  }

  /** Whether any has started, perhaps some time ago. */
  boolean haveBegun() {
    return !seen.isEmpty();
  }

  private int lastJob() {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    String group = "mark " + marks;
    context.setJobGroup(group, group);
    try {
      long unused = context.parallelize(List.of(1), 1).count();
      return context.statusTracker().getJobIdsForGroup(group)[0];
    } finally {
      context.clearJobGroup();
    }
  }

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    seen.add(start.jobId());
  }
}
