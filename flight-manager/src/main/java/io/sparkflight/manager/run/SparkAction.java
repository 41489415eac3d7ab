package io.sparkflight.manager.run;

import io.sparkflight.arrow.BatchFrame;
import io.sparkflight.arrow.BatchLimits;
import io.sparkflight.arrow.RowEncoder;
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
import org.apache.spark.SparkContext;
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
   * @param onRecord gets the record of each partition's winning attempt, on Spark's scheduler
   *     thread
   * @return the number of partitions
   */
  static int push(
      StatementHandle statement,
      StatementRequest request,
      PushPlan plan,
      Consumer<AttemptRecord> onRecord) {
    return inJobGroup(
        statement,
        request,
        () -> {
          Optional<ColumnarSource> columns = SparkBridge.columns(request.query());
          return columns.isPresent()
              ? run(
                  columns.get().batches(),
                  new PushTask<>(plan, new PartitionEncoding.Columns(columns.get().ordinals())),
                  onRecord)
              : run(
                  SparkBridge.rows(request.query()),
                  new PushTask<>(plan, new PartitionEncoding.Rows()),
                  onRecord);
        });
  }

  /** Collects the rows in the driver and hands them to the exchange as one partition. */
  static AttemptRecord collect(
      StatementHandle statement, StatementRequest request, BatchLimits limits, Exchange exchange) {
    InternalRow[] rows = inJobGroup(statement, request, () -> SparkBridge.collect(request.query()));
    return keep(statement, request.query(), rows, limits, exchange);
  }

  /** Hands rows that are here already to the exchange as one partition. */
  static AttemptRecord keep(
      StatementHandle statement,
      QueryExecution query,
      InternalRow[] rows,
      BatchLimits limits,
      Exchange exchange) {
    PartitionAttempt attempt = new PartitionAttempt(0, 0, 0);
    AttemptInlet inlet = exchange.inlet(statement);
    AttemptTotals totals = AttemptTotals.NONE;
    Iterator<BatchFrame> batches =
        new RowEncoder(SparkBridge.schema(query), limits).encode(Arrays.asList(rows).iterator());
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

  private static <T> int run(RDD<T> rdd, PushTask<T> task, Consumer<AttemptRecord> onRecord) {
    SparkBridge.runJob(
        rdd, task, AttemptRecord.class, (partition, record) -> onRecord.accept(record));
    return rdd.getNumPartitions();
  }

  private static <T> T inJobGroup(
      StatementHandle statement, StatementRequest request, java.util.function.Supplier<T> action) {
    SparkContext context = request.query().sparkSession().sparkContext();
    context.setJobGroup(statement.toString(), request.text(), true);
    try {
      return SparkBridge.inExecution(request.query(), request.text(), action);
    } finally {
      context.clearJobGroup();
    }
  }
}
