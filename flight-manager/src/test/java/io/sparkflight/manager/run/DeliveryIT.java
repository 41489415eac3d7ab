package io.sparkflight.manager.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.run.ManagerFixture.Numbers;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.apache.arrow.flight.AsyncPutListener;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The delivery contract over real Spark tasks, a real server and a stock client. */
class DeliveryIT {
  private static final int SEEDS = 20;

  /** Of eight bytes each. */
  private static final int MORE_THAN_MEMORY = 200_000;

  private static final long ROWS = 400_000;
  private static final int PARTITIONS = 8;

  /** Small batches and little memory, so that batches leave early, spill and are re-tried. */
  private static final Map<String, String> TIGHT =
      Map.of(
          "spark.flight.batch.bytes", "8k",
          "spark.flight.exchange.statement-memory", "1m",
          "spark.flight.exchange.memory", "1m");

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder().master("local[2,4]").config("spark.ui.enabled", false).getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @ParameterizedTest
  @EnumSource(
      value = Placement.class,
      names = {"INITIATOR", "DISTRIBUTED"})
  void aRetriedTaskThatRepeatsItsRowsIsExact(Placement placement) throws Exception {
    Numbers expected = Numbers.upTo(ROWS);
    try (ManagerFixture fixture = new ManagerFixture(spark, TIGHT)) {
      for (long seed = 0; seed < SEEDS; seed++) {
        Numbers read =
            fixture.readNumbers(
                fixture.publish(poisoned(seed, PoisonedAttempt.Poison.SAME_ROWS), placement));
        assertThat(read.sameAs(expected)).as("seed %d: %s", seed, read).isTrue();
        assertThat(read.ascending || placement == Placement.DISTRIBUTED)
            .as("order, seed %d", seed)
            .isTrue();
      }
    }
  }

  @Test
  void aRetriedTaskWithOtherRowsIsExactWhenNothingLeavesEarly() throws Exception {
    Numbers expected = Numbers.upTo(ROWS);
    Map<String, String> settings = new java.util.HashMap<>(TIGHT);
    settings.put("spark.flight.delivery", "committed");
    try (ManagerFixture fixture = new ManagerFixture(spark, settings)) {
      for (long seed = 0; seed < SEEDS; seed++) {
        Numbers read =
            fixture.readNumbers(
                fixture.publish(
                    poisoned(seed, PoisonedAttempt.Poison.OTHER_ROWS), Placement.DISTRIBUTED));
        assertThat(read.sameAs(expected)).as("seed %d: %s", seed, read).isTrue();
      }
    }
  }

  @Test
  void aRetriedTaskWithOtherRowsIsExactOrAnErrorWhenRowsMayLeaveEarly() throws Exception {
    Numbers expected = Numbers.upTo(ROWS);
    try (ManagerFixture fixture = new ManagerFixture(spark, TIGHT)) {
      for (long seed = 0; seed < SEEDS; seed++) {
        PublishedStatement statement =
            fixture.publish(
                poisoned(seed, PoisonedAttempt.Poison.OTHER_ROWS), Placement.DISTRIBUTED);
        try {
          Numbers read = fixture.readNumbers(statement);
          assertThat(read.sameAs(expected)).as("seed %d: %s", seed, read).isTrue();
        } catch (FlightRuntimeException e) {
          assertThat(e)
              .hasMessageContaining("produced other rows")
              .hasMessageContaining("partition");
        }
      }
    }
  }

  @Test
  void aStatementOfWhichAWrongRowHasLeftFails() {
    String gate = UUID.randomUUID().toString();
    Dataset<Row> rows =
        spark
            .range(0, ROWS, 1, PARTITIONS)
            .mapPartitions(new MisleadingAttempt(gate, 0, MORE_THAN_MEMORY), Encoders.LONG())
            .toDF("id");
    try (ManagerFixture fixture = new ManagerFixture(spark, TIGHT)) {
      PublishedStatement statement = fixture.publish(rows, Placement.DISTRIBUTED);
      Numbers read = new Numbers();
      assertThatThrownBy(
              () ->
                  fixture.read(
                      statement.endpoints().get(0).ticket(),
                      batch -> {
                        read.add(batch);
                        if (read.least < 0) {
                          HeldPartition.open(gate);
                        }
                      }))
          .isInstanceOf(FlightRuntimeException.class)
          .hasMessageContaining("produced other rows")
          .hasMessageContaining("partition");
      assertThat(read.least).as("a wrong row").isNegative();
    } finally {
      HeldPartition.open(gate);
    }
  }

  @Test
  void aTaskThatNeverSucceedsEndsTheStreamWithItsReason() {
    Dataset<Row> failing =
        spark.sql(
            "SELECT assert_true(id < 150000, concat('row ', id, ' is bad')) FROM range(200000)");
    try (ManagerFixture fixture = new ManagerFixture(spark, TIGHT)) {
      PublishedStatement statement = fixture.publish(failing, Placement.DISTRIBUTED);
      assertThatThrownBy(() -> fixture.read(statement.endpoints().get(0).ticket(), root -> {}))
          .isInstanceOf(FlightRuntimeException.class)
          .hasMessageContaining("row 150000 is bad")
          .hasMessageNotContaining("\tat ");
    }
  }

  @Test
  void anEmptyResultHasASchemaAndNoBatch() throws Exception {
    try (ManagerFixture fixture = new ManagerFixture(spark, Map.of())) {
      for (Placement placement : Placement.values()) {
        PublishedStatement statement =
            fixture.publish(spark.range(10).where("id > 100").toDF(), placement);
        Numbers read = fixture.readNumbers(statement);
        assertThat(read.rows).as(placement.name()).isZero();
      }
    }
  }

  @Test
  void aReaderThatLeavesCancelsTheJobAndFreesEverything() throws Exception {
    try (ManagerFixture fixture = new ManagerFixture(spark, TIGHT)) {
      PublishedStatement statement =
          fixture.publish(spark.range(0, 2_000_000_000L, 1, 4).toDF(), Placement.DISTRIBUTED);
      try (FlightStream stream = fixture.open(statement.endpoints().get(0).ticket())) {
        assertThat(stream.next()).isTrue();
        stream.cancel("enough", null);
      }
      await("the job's end")
          .atMost(Duration.ofSeconds(20))
          .until(() -> spark.sparkContext().statusTracker().getActiveJobIds().length == 0);
      await("an empty exchange")
          .atMost(Duration.ofSeconds(20))
          .until(() -> fixture.manager().usage().statements() == 0);
      assertThat(fixture.manager().usage().memory()).isZero();
      assertThat(fixture.manager().usage().disk()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Placement.class,
      names = {"INITIATOR", "DISTRIBUTED"})
  void aResultNobodyReadsExpiresAndCancelsItsJob(Placement placement) {
    Map<String, String> settings = new java.util.HashMap<>(TIGHT);
    settings.put("spark.flight.exchange.idle-timeout", "1s");
    try (ManagerFixture fixture = new ManagerFixture(spark, settings)) {
      PublishedStatement statement =
          fixture.publish(spark.range(0, 2_000_000_000L, 1, 4).toDF(), placement);
      await("the expiry")
          .atMost(Duration.ofSeconds(20))
          .until(() -> fixture.manager().usage().statements() == 0);
      await("the job's end")
          .atMost(Duration.ofSeconds(20))
          .until(() -> spark.sparkContext().statusTracker().getActiveJobIds().length == 0);
      assertThat(fixture.manager().usage().disk()).isZero();
      assertThatThrownBy(() -> fixture.read(statement.endpoints().get(0).ticket(), root -> {}))
          .isInstanceOf(FlightRuntimeException.class)
          .hasMessageContaining("expired");
    }
  }

  @Test
  void theDiskQuotaEndsThatStatementOnly() {
    Map<String, String> settings = new java.util.HashMap<>(TIGHT);
    settings.put("spark.flight.exchange.spill-limit", "2m");
    settings.put("spark.flight.exchange.spill-compression", "none");
    try (ManagerFixture fixture = new ManagerFixture(spark, settings)) {
      PublishedStatement greedy =
          fixture.publish(spark.range(0, 10_000_000L, 1, 4).toDF(), Placement.DISTRIBUTED);
      await("the quota").atMost(Duration.ofSeconds(30)).until(() -> begunAndEnded(greedy));
      assertThatThrownBy(() -> fixture.read(greedy.endpoints().get(0).ticket(), root -> {}))
          .isInstanceOfSatisfying(
              FlightRuntimeException.class,
              e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED))
          .hasMessageContaining("spark.flight.exchange.spill-limit");
      assertThat(fixture.manager().usage().disk()).isZero();
    }
  }

  @Test
  void aTicketIsForOneReadByItsOwner() throws Exception {
    try (ManagerFixture fixture = new ManagerFixture(spark, Map.of())) {
      PublishedStatement statement = fixture.publish(spark.range(10).toDF(), Placement.COLLECTED);
      byte[] ticket = statement.endpoints().get(0).ticket();
      assertThatThrownBy(() -> fixture.manager().open(ticket, "somebody else"))
          .hasMessageContaining("another user");
      assertThat(fixture.readNumbers(statement).rows).isEqualTo(10);
      await("the end of the first read")
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> fixture.read(ticket, root -> {}))
                      .hasMessageContaining("was read already"));
      byte[] changed = ticket.clone();
      changed[10] ^= 1;
      assertThatThrownBy(() -> fixture.read(changed, root -> {}))
          .hasMessageContaining("did not issue it");
    }
  }

  @Test
  void aCancelledStatementEndsWithCancelled() {
    try (ManagerFixture fixture = new ManagerFixture(spark, TIGHT)) {
      PublishedStatement statement =
          fixture.publish(spark.range(0, 2_000_000_000L, 1, 4).toDF(), Placement.DISTRIBUTED);
      byte[] ticket = statement.endpoints().get(0).ticket();
      assertThatThrownBy(() -> fixture.manager().cancel(ticket, "somebody else"))
          .hasMessageContaining("another user");
      fixture.manager().cancel(ticket, ManagerFixture.USER);
      assertThatThrownBy(() -> fixture.read(statement.endpoints().get(0).ticket(), root -> {}))
          .isInstanceOfSatisfying(
              FlightRuntimeException.class,
              e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.CANCELLED));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Placement.class,
      names = {"COLLECTED", "INITIATOR"})
  void aCancelBeforeTheJobBeginsLeavesNoJob(Placement placement) {
    try (ManagerFixture fixture = new ManagerFixture(spark, TIGHT)) {
      PublishedStatement statement =
          fixture.publish(
              spark.sql(
                  "SELECT sum(a.id * b.id % 7) FROM range(0, 300000, 1, 2) a"
                      + " JOIN range(0, 300000, 1, 2) b ON a.id % 3 = b.id % 3"),
              placement);
      fixture.manager().cancel(statement.endpoints().get(0).ticket(), ManagerFixture.USER);
      await("no job for two seconds")
          .during(Duration.ofSeconds(2))
          .atMost(Duration.ofSeconds(15))
          .until(() -> spark.sparkContext().statusTracker().getActiveJobIds().length == 0);
    }
  }

  @Test
  void othersAreToldTheAdvertisedPort() {
    Map<String, String> settings = Map.of("spark.flight.internal.advertised-port", "7");
    try (ManagerFixture fixture = new ManagerFixture(spark, settings)) {
      assertThat(fixture.manager().locator().members())
          .singleElement()
          .satisfies(member -> assertThat(member.internalPort()).isEqualTo(7));
    }
  }

  @Test
  void aStrangerCannotPush() throws Exception {
    try (ManagerFixture fixture = new ManagerFixture(spark, TIGHT);
        BufferAllocator allocator = new RootAllocator();
        FlightClient stranger =
            FlightClient.builder(
                    allocator,
                    Location.forGrpcInsecure(
                        "127.0.0.1", fixture.manager().locator().members().get(0).internalPort()))
                .build();
        VectorSchemaRoot nothing = VectorSchemaRoot.of()) {
      FlightClient.ClientStreamListener push =
          stranger.startPut(FlightDescriptor.path("rows"), nothing, new AsyncPutListener());
      assertThatThrownBy(push::getResult)
          .isInstanceOf(FlightRuntimeException.class)
          .hasMessageContaining("Cannot push rows here: the caller has no right to.");
    }
  }

  private static boolean begunAndEnded(PublishedStatement statement) {
    var status = spark.sparkContext().statusTracker();
    return status.getJobIdsForGroup(statement.handle().toString()).length > 0
        && status.getActiveJobIds().length == 0;
  }

  private static Dataset<Row> poisoned(long seed, PoisonedAttempt.Poison poison) {
    return spark
        .range(0, ROWS, 1, PARTITIONS)
        .mapPartitions(
            new PoisonedAttempt(seed, poison, (int) (ROWS / PARTITIONS)), Encoders.LONG())
        .toDF("id");
  }
}
