package io.sparkflight.sql.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.arrow.flight.SessionOptionValue;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.spark.sql.sparkflight.SqlBridge;
import org.junit.jupiter.api.Test;

/** Which values the settings take that clients may choose. */
class SessionSettingTest {
  @Test
  void theManualHasEachWithItsRange() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "sessions.md"));
    for (SessionSetting setting : SessionSetting.ALL) {
      assertThat(page).contains("| `%s` | %s |\n".formatted(setting.name(), setting.range()));
    }
  }

  /** A name that Spark did not know would be set and do nothing. */
  @Test
  void sparkKnowsEachThatIsNotOurs() {
    assertThat(SessionSetting.ALL)
        .extracting(SessionSetting::name)
        .filteredOn(name -> !name.startsWith("spark.flight."))
        .allMatch(SqlBridge::isSetting);
  }

  @Test
  void aNumberHasARange() {
    SessionSetting setting = setting("spark.sql.shuffle.partitions");
    assertThat(setting.text(SessionOptionValueFactory.makeSessionOptionValue(1L))).contains("1");
    assertThat(setting.text(text(" 100000 "))).contains("100000");
    for (SessionOptionValue wrong :
        new SessionOptionValue[] {
          text("0"),
          text("100001"),
          text("many"),
          text(""),
          text("9999999999999999999"),
          SessionOptionValueFactory.makeSessionOptionValue(-1L),
          SessionOptionValueFactory.makeSessionOptionValue(2.0),
          SessionOptionValueFactory.makeSessionOptionValue(true),
          SessionOptionValueFactory.makeSessionOptionValue(new String[] {"1"}),
          SessionOptionValueFactory.makeEmptySessionOptionValue()
        }) {
      assertThat(setting.text(wrong)).as("%s", wrong).isEmpty();
    }
  }

  @Test
  void ourOwnHaveTheRangesOfTheServer() {
    SessionSetting order = setting("spark.flight.result.order");
    assertThat(order.text(text("ranges"))).contains("ranges");
    assertThat(order.text(text("alphabetical"))).isEmpty();
    assertThat(setting("spark.flight.result.retention").text(text("10 apples"))).isEmpty();
  }

  @Test
  void aSizeThatSparkWritesWithItsUnitIsANumber() {
    assertThat(setting("spark.sql.autoBroadcastJoinThreshold").value("10485760b"))
        .isEqualTo(SessionOptionValueFactory.makeSessionOptionValue(10_485_760L));
  }

  private static SessionSetting setting(String name) {
    return SessionSetting.of(name).orElseThrow();
  }

  private static SessionOptionValue text(String value) {
    return SessionOptionValueFactory.makeSessionOptionValue(value);
  }
}
