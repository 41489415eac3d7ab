package io.sparkflight.manager.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.JobGroup;
import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.StatementHandle;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RunningStatementsTest {
  private static final String OWNER = "ann";

  private static final SparkSession SPARK =
      SparkSession.builder().master("local[1]").config("spark.ui.enabled", false).getOrCreate();
  private static final ExecutorService POOL = Threads.pool("test-running");
  private static final ScheduledExecutorService TIMER = Threads.timer("test-running-timer");

  private final RunningStatements running = new RunningStatements(POOL);
  private final StatementHandle statement = StatementHandle.random();
  private final AtomicReference<Outcome> announced = new AtomicReference<>();

  @AfterAll
  static void stop() {
    Threads.stop(TIMER);
    Threads.stop(POOL);
    SPARK.stop();
  }

  @Test
  void cancelsWhatRuns() throws Exception {
    StatementRun run = begin(announced::set);
    assertThat(running.cancel(statement, OWNER)).isTrue();
    run.complete(0);
    assertThat(announced.get())
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.kind()).isEqualTo(ErrorKind.CANCELLED));
  }

  /**
   * To announce an outcome takes a while: who cancels meanwhile must not be told that it is done.
   */
  @Test
  void doesNotTakeACompleteStatementForACancelledOne() throws Exception {
    AtomicReference<Boolean> cancelled = new AtomicReference<>();
    StatementRun run =
        begin(
            outcome -> {
              announced.set(outcome);
              cancelled.set(running.cancel(statement, OWNER));
            });
    run.complete(0);
    assertThat(announced.get()).isInstanceOf(Outcome.Complete.class);
    assertThat(cancelled).hasValue(false);
  }

  @Test
  void aFailedStatementNeedsNoCancelling() {
    begin(announced::set).fail(new FlightFailure(ErrorKind.UNAVAILABLE, "A server was lost."));
    assertThat(running.cancel(statement, OWNER)).isTrue();
  }

  private StatementRun begin(Consumer<Outcome> announce) {
    JobGroup jobs = new JobGroup(SPARK.sparkContext(), statement.toString(), "a test", TIMER);
    StatementRun run = new StatementRun(statement, jobs, "self", Map.of(), POOL, announce);
    running.add(OWNER, run);
    return run;
  }
}
