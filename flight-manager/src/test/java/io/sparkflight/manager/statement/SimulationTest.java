package io.sparkflight.manager.statement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The delivery contract under generated schedules. A failure names its seed; {@code -Dsim.seed=…}
 * runs that schedule alone, {@code -Dsim.schedules=…} runs more of them.
 */
class SimulationTest {
  private static final long FIXED_SEED = 20_240_607;
  private static final int SCHEDULES = Integer.getInteger("sim.schedules", 20_000);
  private static final int WARM_UP = 2_000;

  @Test
  void everyScheduleIsExactOrAnError() {
    Long replayed = Long.getLong("sim.seed");
    if (replayed != null) {
      run(replayed);
      return;
    }
    long random = System.nanoTime();
    runMany(random, WARM_UP);
    long started = System.nanoTime();
    int well = runMany(FIXED_SEED, SCHEDULES / 2) + runMany(random + WARM_UP, SCHEDULES / 2);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
    System.out.printf(
        "simulation: %d schedules (%d ended well) in %d ms, %d a minute, random seeds from %d%n",
        SCHEDULES, well, millis, SCHEDULES * 60_000L / Math.max(1, millis), random);
    // A simulation in which nothing ever ends well, or nothing ever fails, would prove nothing.
    assertThat(well).isBetween(SCHEDULES / 10, SCHEDULES * 9 / 10);
  }

  /** As long as {@code -Dsim.minutes} says; the profile {@code faults} says ten. */
  @Test
  @EnabledIfSystemProperty(named = "sim.minutes", matches = "[0-9]+")
  void manyMinutesOfSchedulesAreExactOrAnError() {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(Long.getLong("sim.minutes"));
    long first = System.nanoTime();
    long schedules = 0;
    while (System.nanoTime() < end) {
      int unused = runMany(first + schedules, SCHEDULES);
      schedules += SCHEDULES;
    }
    System.out.printf("simulation: %d schedules, random seeds from %d%n", schedules, first);
    assertThat(schedules).isPositive();
  }

  @ParameterizedTest
  @EnumSource(Mutation.class)
  void aBrokenRuleIsFound(Mutation mutation) {
    int found = schedulesUntilFound(mutation);
    System.out.printf("simulation: %s was found by schedule %d%n", mutation, found);
    assertThat(found).as("schedules until %s is found", mutation).isLessThan(mutation.schedules);
  }

  private static int schedulesUntilFound(Mutation mutation) {
    for (int i = 0; i < mutation.schedules; i++) {
      try {
        new Simulation(seed(FIXED_SEED, i), mutation.contract()).run();
      } catch (AssertionError found) {
        System.out.printf("  %s%n", String.valueOf(found.getMessage()).split(" after ", 2)[0]);
        return i;
      }
    }
    return mutation.schedules;
  }

  /** Returns how many statements ended well. */
  private static int runMany(long first, int count) {
    int well = 0;
    for (int i = 0; i < count; i++) {
      well += run(seed(first, i)) ? 1 : 0;
    }
    return well;
  }

  private static boolean run(long seed) {
    try {
      Simulation simulation = new Simulation(seed, new Contract());
      simulation.run();
      return simulation.endedWell();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("-Dsim.seed=" + seed + " fails: " + e.getMessage(), e);
    }
  }

  private static long seed(long first, int index) {
    return new SplittableRandom(first + index).nextLong();
  }
}
