package io.sparkflight.manager.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.run.ManagerFixture.Numbers;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A query over a cached table through a manager and its server, with and without a Spark job. */
class WithoutJobIT {
  private static SparkSession spark;
  private static Dataset<Row> firstTen;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder().master("local[2]").config("spark.ui.enabled", false).getOrCreate();
    Dataset<Row> table = spark.range(0, 1_000, 1, 4).toDF().cache();
    table.count();
    firstTen = table.filter("id < 10");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @ParameterizedTest
  @EnumSource(Placement.class)
  void needsNoJob(Placement placement) throws Exception {
    try (ManagerFixture fixture = new ManagerFixture(spark, Map.of())) {
      PublishedStatement statement = fixture.publish(firstTen, placement);
      assertThat(statement.endpoints()).hasSize(1);
      assertThat(fixture.readNumbers(statement).sameAs(Numbers.upTo(10))).isTrue();
      assertThat(jobsOf(statement)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "spark.flight.distribute, always",
    "spark.flight.inline.max-scan-rows, 0",
  })
  void isAJobWhereTheSettingsSaySo(String key, String value) throws Exception {
    try (ManagerFixture fixture = new ManagerFixture(spark, Map.of(key, value))) {
      PublishedStatement statement = fixture.publish(firstTen, Placement.DISTRIBUTED);
      assertThat(fixture.readNumbers(statement).sameAs(Numbers.upTo(10))).isTrue();
      assertThat(jobsOf(statement)).hasSize(1);
    }
  }

  /** Its error reaches the reader, and the server goes on. */
  @Test
  void anExpressionMayFail() throws Exception {
    Dataset<Row> failing = firstTen.selectExpr("assert_true(id < 5, 'too large')");
    try (ManagerFixture fixture = new ManagerFixture(spark, Map.of())) {
      PublishedStatement statement = fixture.publish(failing, Placement.DISTRIBUTED);
      assertThatThrownBy(() -> fixture.read(statement.endpoints().get(0).ticket(), batch -> {}))
          .hasMessage("Cannot run the statement: too large");
      PublishedStatement next = fixture.publish(firstTen, Placement.DISTRIBUTED);
      assertThat(fixture.readNumbers(next).sameAs(Numbers.upTo(10))).isTrue();
    }
  }

  private static int[] jobsOf(PublishedStatement statement) {
    return spark.sparkContext().statusTracker().getJobIdsForGroup(statement.handle().toString());
  }
}
