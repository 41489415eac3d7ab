package io.sparkflight.manager.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.testing.LogLines;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GarbageTest {
  private final LogLines lines = LogLines.of(Garbage.class);

  @AfterEach
  void listenNoMore() {
    lines.close();
  }

  @Test
  void aNodeIsLoggedOnceHoweverOftenItIsRead() {
    Garbage garbage = new Garbage();
    for (int i = 0; i < 3; i++) {
      garbage.ignore("/members/x", "not JSON");
      garbage.ignore("/members/y", "not JSON");
    }
    assertThat(lines.all())
        .containsExactly(
            "Ignoring the node /members/x: not JSON", "Ignoring the node /members/y: not JSON");
  }

  @Test
  void noFloodOfNodesFillsTheLog() {
    Garbage garbage = new Garbage();
    for (int i = 0; i < 5_000; i++) {
      garbage.ignore("/members/" + i, "not JSON");
    }
    assertThat(lines.all()).hasSize(1_000);
  }
}
