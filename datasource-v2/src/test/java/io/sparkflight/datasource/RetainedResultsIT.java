package io.sparkflight.datasource;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.datasource.testing.Renewals;
import io.sparkflight.testing.FlightSqlServerExtension;
import io.sparkflight.testing.LocalSpark;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Results that a server of ours keeps are read again: by a retry, and by a second action. */
class RetainedResultsIT {
  /** Of an application that ends when the other begins. */
  private static final SparkSession ENDED = LocalSpark.session();

  private static final LocalSpark SPARK = LocalSpark.on("local[2,2]");

  @RegisterExtension
  static final FlightSqlServerExtension SERVER =
      new FlightSqlServerExtension(SPARK).with("spark.flight.session.max-per-user", "1");

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = SPARK.get();
  }

  /** The session of a query is closed a little after its end. */
  @AfterEach
  void leave() throws Exception {
    Renewals.awaitEnd(spark);
  }

  private static DataFrameReader reader() {
    return spark
        .read()
        .format("flight-sql")
        .option("uri", SERVER.server().uri())
        .option("query", "SELECT id FROM range(0, 30000, 1, 3)");
  }

  private static DataFrameReader signedIn() {
    return reader().option("user", "ada");
  }

  /** Fails once in the middle of its rows, as a task does whose executor has not enough memory. */
  private static Dataset<Long> failingOnce(Dataset<Row> rows) {
    return rows.map(
        (MapFunction<Row, Long>)
            row -> {
              if (row.getLong(0) == 7_000 && TaskContext.get().attemptNumber() == 0) {
                throw new IllegalStateException("the first attempt");
              }
              return row.getLong(0);
            },
        Encoders.LONG());
  }

  private static void assertAll(List<Long> ids) {
    assertThat(ids).hasSize(30_000).doesNotHaveDuplicates();
  }

  @Test
  void aRetryReadsItsEndpointAgain() {
    assertAll(failingOnce(reader().load()).collectAsList());
  }

  @Test
  void withoutItARetrySaysWhyItCannot() {
    assertThatThrownBy(() -> failingOnce(reader().option("retain", "0s").load()).collectAsList())
        .hasMessageContaining("keeps a result for one read")
        .hasMessageContaining("option retain");
  }

  /** Each query has a session of its own: more than the one that is allowed would be refused. */
  @Test
  void aSecondActionReadsAgainAndNoSessionStays() throws Exception {
    Dataset<Long> twice = signedIn().load().as(Encoders.LONG());
    assertAll(twice.collectAsList());
    assertAll(twice.collectAsList());
    leave();
    assertThat(signedIn().load().limit(3).collectAsList()).hasSize(3);
    leave();
    assertAll(signedIn().load().as(Encoders.LONG()).collectAsList());
  }

  @Test
  void anEmptyResultIsBelievedOnlyWithItsCount() {
    assertThat(
            reader()
                .option("query", "SELECT 1 AS a")
                .option("query", "SELECT id FROM range(0, 100, 1, 3) WHERE id < 0")
                .load()
                .collectAsList())
        .isEmpty();
    assertThat(reader().option("query", "SELECT 1 AS a WHERE false").load().collectAsList())
        .isEmpty();
  }

  /** Spark reads the rows once for a sample, by which it makes ranges, and once to sort them. */
  @Test
  void aSortReadsTwice() {
    assertThat(reader().load().sort(col("id").desc()).as(Encoders.LONG()).collectAsList())
        .hasSize(30_000)
        .isSortedAccordingTo(Comparator.reverseOrder());
  }

  /** Of one session for each user a second query can only begin when the first has left none. */
  @Test
  void aRefusalForSpeculationLeavesNoSession() {
    SparkConf conf = spark.sparkContext().conf(); // the application's own, not a copy
    String master = conf.get("spark.master");
    Dataset<Row> one = signedIn().option("retain", "0s").load();
    Dataset<Row> other = signedIn().option("retain", "0s").load();
    conf.set("spark.master", "spark://elsewhere:1").set("spark.speculation", "true");
    try {
      for (Dataset<Row> each : List.of(one, other)) {
        assertThatThrownBy(each::collectAsList).hasMessageContaining("with spark.speculation");
      }
    } finally {
      conf.set("spark.master", master).remove("spark.speculation");
    }
  }

  /** Threads of pools inherit the session of whoever was the first to need them. */
  @Test
  void theApplicationThatRunsIsAskedNotThatOfTheThread() {
    assertThat(ENDED.sparkContext().isStopped()).isTrue();
    SparkConf conf = spark.sparkContext().conf();
    String master = conf.get("spark.master");
    conf.set("spark.master", "spark://elsewhere:1").set("spark.speculation", "true");
    SparkSession.setActiveSession(ENDED);
    try {
      assertThatThrownBy(() -> reader().option("retain", "0s").load().javaRDD().getNumPartitions())
          .hasMessageContaining("with spark.speculation");
    } finally {
      SparkSession.setActiveSession(spark);
      conf.set("spark.master", master).remove("spark.speculation");
    }
  }

  @Test
  void partsAreANumber() {
    for (String wrong : List.of("0", "65", "many", "")) {
      assertThatThrownBy(() -> reader().option("streams", wrong).load())
          .hasMessageContaining("Cannot use " + wrong + " as streams of flight-sql")
          .hasMessageContaining("from 1 to 64");
    }
  }

  @Test
  void aRetentionIsADuration() {
    assertThatThrownBy(() -> reader().option("retain", "soon").load())
        .hasMessageContaining("Cannot use soon as retain");
  }
}
