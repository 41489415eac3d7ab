package io.sparkflight.manager.run;

import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;

/** Lets the task of one partition wait until a test opens the gate; all others go on. */
public record HeldPartition(String gate, int partition)
    implements MapPartitionsFunction<Long, Long> {
  /** Tasks are serialised, so a gate can only be found by its name. */
  private static final Map<String, CountDownLatch> GATES = new ConcurrentHashMap<>();

  /** The gates at which a task has arrived. */
  private static final Set<String> REACHED = ConcurrentHashMap.newKeySet();

  /** Whether the task of the partition has begun. */
  public static boolean reached(String gate) {
    return REACHED.contains(gate);
  }

  public static void open(String gate) {
    find(gate).countDown();
  }

  private static CountDownLatch find(String gate) {
    return GATES.computeIfAbsent(gate, unused -> new CountDownLatch(1));
  }

  /** Waits until a test opens the gate. */
  static void await(String gate) {
    REACHED.add(gate);
    try {
      find(gate).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("The task was stopped while it waited.", e);
    }
  }

  @Override
  public Iterator<Long> call(Iterator<Long> rows) {
    if (TaskContext.getPartitionId() == partition) {
      await(gate);
    }
    return rows;
  }
}
