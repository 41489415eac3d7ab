package io.sparkflight.datasource;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class FlightSqlProviderTest {
  @Test
  void sparkFindsTheSourceAndSaysThatItIsNotAvailable() {
    try (SparkSession spark =
        SparkSession.builder().master("local[1]").config("spark.ui.enabled", false).getOrCreate()) {
      assertThatThrownBy(() -> spark.read().format("flight-sql").load())
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("not available yet");
    }
  }
}
