package io.sparkflight.manager.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.config.ConfigSource;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.ManagerConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  /** Threads that run when the test says so. */
  private final Deque<Runnable> pool = new ArrayDeque<>();

  private final List<String> ran = new ArrayList<>();

  private final Admission admission =
      new Admission(
          pool::add,
          ManagerConfig.from(
              ConfigSource.of(
                  Map.of(
                      "spark.flight.statements.max-running", "2",
                      "spark.flight.statements.max-waiting", "5"))));

  @Test
  void asManyAsAllowedRunAtATime() {
    for (int i = 0; i < 4; i++) {
      submit("ann", "ann " + i);
    }
    assertThat(pool).hasSize(2);
    runAll();
    assertThat(ran).hasSize(4);
  }

  @Test
  void usersTakeTurnsAndKeepTheirOrder() {
    submit("ann", "first");
    submit("ann", "second");
    for (String each : List.of("ann 1", "ann 2", "ann 3", "bob 1", "bob 2")) {
      submit(each.substring(0, 3), each);
    }
    pool.remove().run(); // one thread does all that wait
    assertThat(ran).containsExactly("first", "ann 1", "bob 1", "ann 2", "bob 2", "ann 3");
  }

  @Test
  void oneMoreThanMayWaitIsRefusedAndTheOthersStay() {
    for (int i = 0; i < 7; i++) {
      submit("ann", "ann " + i);
    }
    assertThatThrownBy(() -> submit("bob", "bob"))
        .isInstanceOf(FlightFailure.class)
        .hasMessageContaining("2 run and 5 wait")
        .hasMessageContaining("spark.flight.statements.max-waiting");
    runAll();
    assertThat(ran).hasSize(7);
    submit("bob", "bob");
    runAll();
    assertThat(ran).hasSize(8).endsWith("bob");
  }

  private void submit(String user, String name) {
    admission.submit(user, () -> ran.add(name));
  }

  private void runAll() {
    while (!pool.isEmpty()) {
      pool.remove().run();
    }
  }
}
