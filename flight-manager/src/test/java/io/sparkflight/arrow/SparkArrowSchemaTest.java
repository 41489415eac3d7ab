package io.sparkflight.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The zone of a column of moments: one that every Arrow client knows, whatever Spark was told. */
class SparkArrowSchemaTest {
  @ParameterizedTest
  @CsvSource({
    "UTC, UTC",
    "Europe/Berlin, Europe/Berlin",
    "Etc/GMT+3, Etc/GMT+3",
    "Z, UTC",
    "+00:00, UTC",
    "GMT, GMT",
    "+07:30, +07:30",
    "+7, +07:00",
    "-07, -07:00",
    "+7:5, +07:05",
    "GMT+1, +01:00",
    "UTC-8, -08:00",
    "PST, America/Los_Angeles",
    "EST, -05:00",
    // Seconds have no form: the values are moments, and stay the same in any zone.
    "+01:02:03, UTC",
  })
  void zone(String sparks, String arrows) {
    StructType type = new StructType().add("t", DataTypes.TimestampType);
    assertThat(SparkArrowSchema.of(type, sparks).findField("t").getType())
        .isInstanceOfSatisfying(
            ArrowType.Timestamp.class, found -> assertThat(found.getTimezone()).isEqualTo(arrows));
  }
}
