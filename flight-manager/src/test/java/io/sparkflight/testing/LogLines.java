package io.sparkflight.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** What a class logs, instead of where it goes otherwise, until this is closed. Thread-safe. */
public final class LogLines implements AutoCloseable {
  private final Logger logger;
  private final Lines lines = new Lines();

  private LogLines(Logger logger) {
    this.logger = logger;
  }

  /** Begins to listen. */
  public static LogLines of(Class<?> logging) {
    LogLines listening = new LogLines((Logger) LogManager.getLogger(logging));
    listening.lines.start();
    listening.logger.setAdditive(false);
    listening.logger.addAppender(listening.lines);
    return listening;
  }

  /** Every line so far. */
  public List<String> all() {
    return List.copyOf(lines.all);
  }

  @Override
  public void close() {
    logger.removeAppender(lines);
    logger.setAdditive(true);
  }

  private static final class Lines extends AbstractAppender {
    private final List<String> all = new CopyOnWriteArrayList<>();

    Lines() {
      super("lines", null, null, true, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      all.add(event.getMessage().getFormattedMessage());
    }
  }
}
