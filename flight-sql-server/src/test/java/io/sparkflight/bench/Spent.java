package io.sparkflight.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What some work has taken.
 *
 * @param elapsed milliseconds by the clock
 * @param processor milliseconds of processor time, of all threads of this process
 */
record Spent(double elapsed, double processor) {
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** Something to measure; says whether it did its work. */
  interface Work {
    boolean run() throws Exception;
  }

  /** The mean over so many times. */
  static Spent in(int times, Work work) throws Exception {
    long processor = SYSTEM.getProcessCpuTime();
    long start = System.nanoTime();
    for (int i = 0; i < times; i++) {
      if (!work.run()) {
        throw new IllegalStateException("what was measured did not do its work");
      }
    }
    double elapsed = (System.nanoTime() - start) / 1e6;
    return new Spent(elapsed / times, (SYSTEM.getProcessCpuTime() - processor) / 1e6 / times);
  }

  /** The middle one of several. */
  static double median(List<Spent> several, ToDoubleFunction<Spent> time) {
    return Bench.median(several.stream().map(time::applyAsDouble).toList());
  }

  Spent plus(Spent other) {
    return new Spent(elapsed + other.elapsed, processor + other.processor);
  }
}
