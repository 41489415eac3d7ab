package io.sparkflight.manager.push;

import io.sparkflight.arrow.BatchFrame;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.exchange.Exchange;
import io.sparkflight.manager.statement.AttemptRecord;
import io.sparkflight.manager.statement.AttemptTotals;
import io.sparkflight.manager.statement.PartitionAttempt;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import scala.runtime.AbstractFunction2;

/**
 * What a Spark task runs to bring its partition to a server: encode, push, seal, and return the
 * record that the driver commits.
 *
 * @param <T> what Spark hands the task: rows or columnar batches
 */
public final class PushTask<T>
    extends AbstractFunction2<TaskContext, scala.collection.Iterator<T>, AttemptRecord>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final PushPlan plan;
  private final PartitionEncoding<T> encoding;

  public PushTask(PushPlan plan, PartitionEncoding<T> encoding) {
    this.plan = plan;
    this.encoding = encoding;
  }

  @Override
  public AttemptRecord apply(TaskContext context, scala.collection.Iterator<T> input) {
    PartitionAttempt attempt =
        new PartitionAttempt(plan.epoch(), context.partitionId(), context.taskAttemptId());
    Iterator<BatchFrame> batches = encoding.encode(plan, input);
    if (!batches.hasNext()) {
      return record(attempt, holderOfNothing(attempt.partition()), AttemptTotals.NONE);
    }
    PushTarget target = TargetChoice.choose(plan, ownHost(), context.partitionId());
    try (PushSink sink = open(target, attempt)) {
      AttemptTotals sent = AttemptTotals.NONE;
      while (batches.hasNext()) {
        BatchFrame batch = batches.next();
        sink.push(sent.batches(), batch);
        sent = sent.plus(batch.rows(), batch.bytes().length, batch.crc());
        context.killTaskIfInterrupted();
      }
      AttemptTotals confirmed = sink.seal(sent);
      if (!confirmed.equals(sent)) {
        throw new FlightFailure(
            ErrorKind.DATA_LOSS,
            "Cannot seal %s on %s: it has %s, %s was sent."
                .formatted(attempt, target, confirmed, sent));
      }
      return record(attempt, target.incarnation(), sent);
    }
  }

  /** In a plan with ranges, a server waits for each of its partitions, for an empty one as well. */
  private String holderOfNothing(int partition) {
    TargetRanges ranges = plan.ranges();
    return ranges == null ? "" : plan.targets().get(ranges.targetOf(partition)).incarnation();
  }

  private PushSink open(PushTarget target, PartitionAttempt attempt) {
    Exchange local = Exchange.inProcess(target.incarnation());
    return local == null
        ? GrpcSink.open(PushChannels.to(target), target, plan, attempt)
        : new InProcessSink(local.inlet(plan.statement()), attempt);
  }

  private static AttemptRecord record(
      PartitionAttempt attempt, String incarnation, AttemptTotals totals) {
    return new AttemptRecord(
        attempt.epoch(), attempt.partition(), attempt.taskAttemptId(), incarnation, totals);
  }

  private static String ownHost() {
    return SparkEnv.get().blockManager().blockManagerId().host();
  }
}
