package io.sparkflight.manager.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GarbageTest {
  private final Logger logger = (Logger) LogManager.getLogger(Garbage.class);
  private final Lines lines = new Lines();

  /** What was logged. */
  private static final class Lines extends AbstractAppender {
    private final List<String> all = new ArrayList<>();

    Lines() {
      super("lines", null, null, true, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      all.add(event.getMessage().getFormattedMessage());
    }
  }

  @BeforeEach
  void listen() {
    lines.start();
    logger.setAdditive(false);
    logger.addAppender(lines);
  }

  @AfterEach
  void listenNoMore() {
    logger.removeAppender(lines);
    logger.setAdditive(true);
  }

  @Test
  void aNodeIsLoggedOnceHoweverOftenItIsRead() {
    Garbage garbage = new Garbage();
    for (int i = 0; i < 3; i++) {
      garbage.ignore("/members/x", "not JSON");
      garbage.ignore("/members/y", "not JSON");
    }
    assertThat(lines.all)
        .containsExactly(
            "Ignoring the node /members/x: not JSON", "Ignoring the node /members/y: not JSON");
  }

  @Test
  void noFloodOfNodesFillsTheLog() {
    Garbage garbage = new Garbage();
    for (int i = 0; i < 5_000; i++) {
      garbage.ignore("/members/" + i, "not JSON");
    }
    assertThat(lines.all).hasSize(1_000);
  }
}
