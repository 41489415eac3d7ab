package io.sparkflight.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Features of a client that runs in this process, tried in the order in which they are added. */
final class JavaFeatures {
  private final Map<String, Check> checks = new LinkedHashMap<>();

  /** Tries a feature; fails if it does not work. */
  interface Check {
    void run() throws Exception;
  }

  /** What a client does not do, as expected. */
  static final class LimitException extends Exception {
    private static final long serialVersionUID = 1L;

    LimitException(String why) {
      super(why);
    }
  }

  JavaFeatures add(String name, Check check) {
    assertThat(checks.put(name, check)).isNull();
    return this;
  }

  List<Client.Feature> tryAll() throws Exception {
    List<Client.Feature> features = new ArrayList<>();
    for (Map.Entry<String, Check> each : checks.entrySet()) {
      String limit = "";
      try {
        each.getValue().run();
      } catch (LimitException e) {
        limit = String.valueOf(e.getMessage());
      } catch (Exception | AssertionError e) {
        throw new AssertionError(each.getKey(), e);
      }
      features.add(new Client.Feature(each.getKey(), limit));
    }
    return features;
  }
}
