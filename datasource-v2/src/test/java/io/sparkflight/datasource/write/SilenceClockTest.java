package io.sparkflight.datasource.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SilenceClockTest {
  private final AtomicLong now = new AtomicLong();
  private final AtomicLong looks = new AtomicLong();
  private final SilenceClock silence =
      new SilenceClock(
          () -> {
            looks.incrementAndGet();
            return now.get();
          });

  /** So many rows, each after so long; how many of them are to be sent at once. */
  private long rows(int count, long millis) {
    return IntStream.range(0, count)
        .filter(
            row -> {
              now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
              boolean late = silence.isTooLong();
              if (late) {
                silence.ends();
              }
              return late;
            })
        .count();
  }

  @Test
  void rowsThatTakeLongerThanTheSilenceAreSentOneByOne() {
    assertThat(rows(5, 40_000)).isEqualTo(5);
  }

  @Test
  void slowRowsAreSentTogetherEveryHalfMinute() {
    assertThat(rows(16, 4_000)).isEqualTo(2);
  }

  @Test
  void aTaskThatBecomesSlowIsNoticed() {
    assertThat(rows(1_000, 0)).isZero();
    assertThat(rows(32, 10_000)).isGreaterThan(4);
  }

  @Test
  void theClockIsSeldomLookedAtWhenRowsComeFast() {
    assertThat(rows(1_600, 1)).isZero();
    assertThat(looks.get()).isLessThan(110);
  }
}
