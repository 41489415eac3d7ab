package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.config.ConfigKey;
import io.sparkflight.manager.ManagerConfig;
import io.sparkflight.manager.ResultOptions;
import io.sparkflight.manager.exchange.ExchangeConfig;
import io.sparkflight.manager.zookeeper.ZooKeeperConfig;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/configuration.md} to the keys that the server reads. */
class ConfigReferenceTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");

  private static final String HEAD =
      """
      # Configuration

      Every setting of a server. This page is generated: change the key's declaration, then run
      `make docs`.

      A setting is given to `sparkflight serve` as `--conf key=value`, to `spark-submit` in the
      same form, or in `spark-defaults.conf`. A key that begins with `spark.flight.` and does not
      stand here keeps the server from starting; so does a value that is out of range. The message
      lists everything that is wrong at once.

      Times are written as Spark does: `500ms`, `10s`, `5min`, `1h`, `1d`; sizes as `64k`, `4m`,
      `1g`. A setting of type *secret* is never printed.

      | key | type | default | since | meaning |
      |---|---|---|---|---|
      """;

  @Test
  void thePageTellsEveryKey() throws IOException {
    String page = page(SparkFlightSqlServer.settings());
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE)
        .as("the generated page; `make docs` writes it anew")
        .exists()
        .content()
        .isEqualTo(page);
  }

  @Test
  void noKeyIsDeclaredTwice() {
    assertThat(SparkFlightSqlServer.settings()).extracting(ConfigKey::name).doesNotHaveDuplicates();
  }

  /** A key that is read but not listed would be refused as unknown. */
  @Test
  void everyDeclaredKeyIsASettingOfTheServer() throws IllegalAccessException {
    List<Class<?>> declaring =
        List.of(
            ServerConfig.class,
            ManagerConfig.class,
            ResultOptions.class,
            ExchangeConfig.class,
            ZooKeeperConfig.class);
    for (Class<?> type : declaring) {
      for (Field field : type.getFields()) {
        if (field.getType() == ConfigKey.class) {
          assertThat(SparkFlightSqlServer.settings())
              .as("%s.%s", type.getSimpleName(), field.getName())
              .contains((ConfigKey<?>) field.get(null));
        }
      }
    }
  }

  private static String page(List<ConfigKey<?>> keys) {
    StringBuilder page = new StringBuilder(HEAD);
    keys.stream()
        .sorted(Comparator.comparing(ConfigKey::name))
        .forEach(
            key ->
                page.append(
                    "| `%s` | %s | %s | %s | %s |\n"
                        .formatted(
                            key.name(),
                            key.type(),
                            key.defaultText().isEmpty() ? "unset" : "`" + key.defaultText() + "`",
                            key.since(),
                            key.doc().replace("|", "\\|"))));
    return page.toString();
  }
}
