package io.sparkflight.config;

import java.util.List;

/** Everything that is wrong with the settings, in one message. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  ConfigException(List<String> problems) {
    super(
        "Cannot start with these settings:\n  - "
            + String.join("\n  - ", problems)
            + "\nSee docs/configuration.md for every key.");
    this.problems = List.copyOf(problems);
  }

  /** A sentence each. */
  public List<String> problems() {
    return problems;
  }
}
