package io.sparkflight.manager.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.config.ConfigException;
import io.sparkflight.config.ConfigSource;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The memory that the settings promise, against the memory that the process has. */
class ExchangeConfigTest {
  private static final long HEAP = 1000L << 20;

  @Test
  void threeQuartersOfTheHeapAreAllowed() {
    ConfigSource source = memory("750m");
    assertThat(ExchangeConfig.from(source, HEAP).memory()).isEqualTo(750L << 20);
    assertThatCode(() -> source.verify(ExchangeConfig.KEYS)).doesNotThrowAnyException();
  }

  @Test
  void moreIsRefused() {
    ConfigSource source = memory("751m");
    ExchangeConfig unused = ExchangeConfig.from(source, HEAP);
    assertThatThrownBy(() -> source.verify(ExchangeConfig.KEYS))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "spark.flight.exchange.memory is 751 MiB, more than three quarters of this process's heap"
                + " of 1000 MiB: lower it, or give the process more (spark.driver.memory, or -Xmx)");
  }

  @Test
  void theDefaultIsRefusedToo() {
    ConfigSource source = ConfigSource.of(Map.of());
    ExchangeConfig unused = ExchangeConfig.from(source, 300L << 20);
    assertThatThrownBy(() -> source.verify(ExchangeConfig.KEYS))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("spark.flight.exchange.memory is 256 MiB");
  }

  private static ConfigSource memory(String text) {
    return ConfigSource.of(Map.of("spark.flight.exchange.memory", text));
  }
}
