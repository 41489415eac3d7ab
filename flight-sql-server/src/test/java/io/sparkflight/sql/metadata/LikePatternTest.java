package io.sparkflight.sql.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LikePatternTest {
  @ParameterizedTest
  @CsvSource({
    "orders, orders, true",
    "Orders, oRDERS, true",
    "orders, orders2, false",
    "'', '', true",
    "'', a, false",
    "%, '', true",
    "_, '', false",
    "_, a, true",
    "o%s, orders, true",
    "%a%b, xaybza, false",
    "my\\_table, my_table, true",
    "my\\_table, myXtable, false",
    "100\\%, 100%, true",
    "100\\%, 1000, false",
    "a\\\\b, a\\b, true",
    "a\\, a\\, true",
    "ß%, ßtraße, true",
    "_x, 😀x, true"
  })
  void matchesAsJdbcSays(String pattern, String name, boolean matches) {
    assertThat(LikePattern.of(pattern).matches(name)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({
    "top, top., false",
    "top%, top., true",
    "%, top., true",
    "top.mid, top., true",
    "top.mid, other., false",
    "t__.x, top., true",
    "top_, top., false",
    "%x, top., true",
    "top\\.x, top., true"
  })
  void tellsWhetherAnythingLongerMayMatch(String pattern, String beginning, boolean may) {
    assertThat(LikePattern.of(pattern).mayMatchBeyond(beginning)).isEqualTo(may);
  }

  @Test
  void agreesWithARegularExpression() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      String pattern = text(random, "ab%_", 6);
      String name = text(random, "ab", 8);
      Pattern expected = Pattern.compile(pattern.replace("%", ".*").replace('_', '.'));
      String what = "pattern %s, name %s, seed %d".formatted(pattern, name, seed);
      assertThat(LikePattern.of(pattern).matches(name))
          .as(what)
          .isEqualTo(expected.matcher(name).matches());
      if (expected.matcher(name + "ab").matches()) {
        assertThat(LikePattern.of(pattern).mayMatchBeyond(name)).as(what).isTrue();
      }
    }
  }

  private static String text(Random random, String letters, int most) {
    return random
        .ints(random.nextInt(most + 1), 0, letters.length())
        .mapToObj(at -> letters.substring(at, at + 1))
        .collect(Collectors.joining());
  }

  /** What takes a backtracking matcher longer than the universe has existed. */
  @Test
  void hostilePatternsEndSoon() {
    String name = "a".repeat(5_000);
    for (String pattern :
        new String[] {"%a".repeat(5_000) + "b", "%_".repeat(5_000) + "_", "%a%".repeat(5_000)}) {
      Assertions.assertTimeoutPreemptively(
          Duration.ofSeconds(20), () -> LikePattern.of(pattern).matches(name), pattern::toString);
    }
  }
}
