package org.apache.spark.sql.sparkflight;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.LiveListenerBus;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.datasources.v2.V2TableWriteExec;
import org.apache.spark.sql.execution.ui.SparkListenerDriverAccumUpdates;
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd;
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart;
import org.apache.spark.util.AccumulatorContext;
import org.apache.spark.util.AccumulatorV2;
import scala.Option;
import scala.Tuple2;
import scala.collection.JavaConverters;

/**
 * What Spark tells of its executions for a while. Some commands run others within themselves, and
 * only so can their writes be seen. Belongs to one command.
 *
 * <p>{@code LiveListenerBus.addToQueue}: in a queue of its own no other listener delays it.
 */
final class WriteEvents extends SparkListener implements AutoCloseable {
  private static final String ROWS = "number of output rows";

  /** What {@code BasicWriteJobStatsTracker} tells of a write of files; others tell other things. */
  private static final Set<String> FILES =
      Set.of(
          ROWS,
          "number of written files",
          "written output",
          "number of dynamic part",
          "job commit time");

  /** More than enough for a queue whose listener only takes notes. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Queues by number: Spark keeps metrics for each name that there ever was. */
  private static final BitSet QUEUES = new BitSet();

  private final LiveListenerBus bus;
  private final int queue;
  private final Map<Long, Long> roots = new HashMap<>();
  private final Map<Long, SparkPlan> ended = new HashMap<>();
  private final Map<Long, List<OptionalLong>> files = new HashMap<>();
  private final CountDownLatch complete = new CountDownLatch(1);

  /** Stands behind everything that was posted before it. */
  private record Mark(WriteEvents listener) implements SparkListenerEvent {
    @Override
    public boolean logEvent() {
      return false;
    }
  }

  private WriteEvents(LiveListenerBus bus, int queue) {
    this.bus = bus;
    this.queue = queue;
  }

  /** Listens from now on. */
  static WriteEvents of(SparkContext context) {
    int free;
    synchronized (QUEUES) {
      free = QUEUES.nextClearBit(0);
      QUEUES.set(free);
    }
    WriteEvents events = new WriteEvents(context.listenerBus(), free);
    try {
      events.bus.addToQueue(events, "sparkflight-writes-" + free);
    } catch (RuntimeException e) {
      events.release();
      throw e;
    }
    return events;
  }

  /**
   * Waits until it has seen everything that was posted before this call.
   *
   * @return false if it does not
   */
  boolean isComplete() {
    bus.post(new Mark(this));
    try {
      return complete.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Listens no more. */
  @Override
  public void close() {
    bus.removeListener(this);
    release();
  }

  private void release() {
    synchronized (QUEUES) {
      QUEUES.clear(queue);
    }
  }

  /**
   * The rows that the executions within one have written; empty unless there was one write and it
   * has told. Call it when {@link #isComplete}.
   *
   * @param command the plan of the outer execution
   */
  OptionalLong rowsWithin(SparkPlan command) {
    Optional<Long> root =
        ended.entrySet().stream()
            .filter(each -> each.getValue() == command)
            .map(Map.Entry::getKey)
            .findFirst();
    if (root.isEmpty()) {
      return OptionalLong.empty();
    }
    Set<Long> all = new HashSet<>(Set.of(root.get()));
    roots.forEach(
        (execution, its) -> {
          if (its.equals(root.get())) {
            all.add(execution);
          }
        });
    List<OptionalLong> writes = new ArrayList<>();
    for (long execution : all) {
      writes.addAll(files.getOrDefault(execution, List.of()));
      if (ended.get(execution) instanceof V2TableWriteExec write) {
        writes.add(WrittenRows.committed(write));
      }
    }
    return writes.size() == 1 ? writes.get(0) : OptionalLong.empty();
  }

  @Override
  public void onOtherEvent(SparkListenerEvent event) {
    if (event instanceof SparkListenerSQLExecutionStart start) {
      Option<Object> root = start.rootExecutionId();
      if (root.isDefined()) {
        roots.put(start.executionId(), (Long) root.get());
      }
    } else if (event instanceof SparkListenerSQLExecutionEnd end) {
      if (end.qe() != null && end.executionFailure().isEmpty()) {
        ended.put(end.executionId(), WrittenRows.executed(end.qe().executedPlan()));
      }
    } else if (event instanceof SparkListenerDriverAccumUpdates updates) {
      files(updates)
          .ifPresent(
              rows ->
                  files.computeIfAbsent(updates.executionId(), id -> new ArrayList<>()).add(rows));
    } else if (event instanceof Mark mark && mark.listener() == this) {
      complete.countDown();
    }
  }

  /** The rows of a write of files, or that they are not told; empty for updates of other things. */
  private static Optional<OptionalLong> files(SparkListenerDriverAccumUpdates updates) {
    Map<String, Long> named = new HashMap<>();
    for (Tuple2<Object, Object> update : JavaConverters.seqAsJavaList(updates.accumUpdates())) {
      Option<AccumulatorV2<?, ?>> metric = AccumulatorContext.get((Long) update._1());
      if (metric.isDefined() && metric.get().name().isDefined()) {
        named.put(metric.get().name().get(), (Long) update._2());
      }
    }
    if (named.isEmpty()) { // nobody holds the metrics any more, whatever they were
      return Optional.of(OptionalLong.empty());
    }
    return named.keySet().equals(FILES)
        ? Optional.of(OptionalLong.of(named.getOrDefault(ROWS, 0L)))
        : Optional.empty();
  }
}
