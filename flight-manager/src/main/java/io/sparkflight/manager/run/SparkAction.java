package io.sparkflight.manager.run;

import io.sparkflight.arrow.BatchFrame;
import io.sparkflight.arrow.BatchLimits;
import io.sparkflight.arrow.Compression;
import io.sparkflight.arrow.RowEncoder;
import io.sparkflight.manager.JobGroup;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.StatementRequest;
import io.sparkflight.manager.exchange.AttemptInlet;
import io.sparkflight.manager.exchange.Exchange;
import io.sparkflight.manager.push.PartitionEncoding;
import io.sparkflight.manager.push.PushPlan;
import io.sparkflight.manager.push.PushTask;
import io.sparkflight.manager.statement.AttemptRecord;
import io.sparkflight.manager.statement.AttemptTotals;
import io.sparkflight.manager.statement.PartitionAttempt;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.sparkflight.ColumnarSource;
import org.apache.spark.sql.sparkflight.SparkBridge;

/**
 * The Spark side of a statement: produces its rows, by a job whose tasks push, or in the driver.
 */
final class SparkAction {
  private SparkAction() {}

  /**
   * Runs the job whose tasks push, and returns when its last task has ended.
   *
   * @param plan what the tasks have to know, given the number of partitions
   * @param onRecord gets the record of each partition's winning attempt, on Spark's scheduler
   *     thread
   * @return the number of partitions
   */
  static int push(
      JobGroup jobs,
      StatementRequest request,
      IntFunction<PushPlan> plan,
      Consumer<AttemptRecord> onRecord) {
    return inExecution(
        jobs,
        request,
        () -> {
          Optional<ColumnarSource> columns = SparkBridge.columns(request.query());
          return columns.isPresent()
              ? run(
                  columns.get().batches(),
                  plan,
                  new PartitionEncoding.Columns(columns.get().ordinals()),
                  onRecord)
              : run(
                  SparkBridge.rows(request.query()), plan, new PartitionEncoding.Rows(), onRecord);
        });
  }

  /** Collects the rows in the driver and hands them to the exchange as one partition. */
  static AttemptRecord collect(
      StatementHandle statement,
      JobGroup jobs,
      StatementRequest request,
      BatchLimits limits,
      Exchange exchange) {
    InternalRow[] rows = inExecution(jobs, request, () -> SparkBridge.collect(request.query()));
    return keep(statement, request.query(), Arrays.asList(rows).iterator(), limits, exchange);
  }

  /** Hands rows that the driver has to the exchange as one partition. */
  static AttemptRecord keep(
      StatementHandle statement,
      QueryExecution query,
      Iterator<InternalRow> rows,
      BatchLimits limits,
      Exchange exchange) {
    PartitionAttempt attempt = new PartitionAttempt(0, 0, 0);
    AttemptInlet inlet = exchange.inlet(statement);
    AttemptTotals totals = AttemptTotals.NONE;
    // So small a result is never packed: it would cost more than it saves.
    Iterator<BatchFrame> batches =
        new RowEncoder(SparkBridge.schema(query), limits, Compression.NONE).encode(rows);
    while (batches.hasNext()) {
      BatchFrame batch = batches.next();
      inlet.append(attempt, totals.batches(), batch.rows(), batch.bytes());
      totals = totals.plus(batch.rows(), batch.bytes().length, batch.crc());
    }
    if (totals.batches() > 0) {
      totals = inlet.seal(attempt, totals);
    }
    return new AttemptRecord(0, 0, 0, exchange.incarnation(), totals);
  }

  private static <T> int run(
      RDD<T> rdd,
      IntFunction<PushPlan> plan,
      PartitionEncoding<T> encoding,
      Consumer<AttemptRecord> onRecord) {
    PushTask<T> task = new PushTask<>(plan.apply(rdd.getNumPartitions()), encoding);
    SparkBridge.runJob(
        rdd, task, AttemptRecord.class, (partition, record) -> onRecord.accept(record));
    return rdd.getNumPartitions();
  }

  private static <T> T inExecution(JobGroup jobs, StatementRequest request, Supplier<T> action) {
    return jobs.run(() -> SparkBridge.inExecution(request.query(), request.text(), action));
  }
}
