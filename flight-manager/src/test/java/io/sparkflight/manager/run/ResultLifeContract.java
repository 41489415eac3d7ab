package io.sparkflight.manager.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkflight.arrow.Compression;
import io.sparkflight.manager.Member;
import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.ResultEndpoint;
import io.sparkflight.manager.ResultOptions;
import io.sparkflight.manager.run.ManagerFixture.Numbers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** How long a result stays on two servers, and what ends it before it is read. */
public abstract class ResultLifeContract extends ImpatientServers {
  private static final long ENDLESS = 2_000_000_000L;

  private static final ResultOptions RETAINED =
      new ResultOptions(
          Duration.ofSeconds(60),
          ResultOptions.Locations.DIRECT,
          ResultOptions.Order.SINGLE,
          Compression.NONE,
          1);

  @Test
  void aPartWaitsWhileAnotherIsRead() throws Exception {
    assertPartWaitsWhileAnotherIsRead(b);
  }

  @Test
  void aPartWaitsWhileAnotherIsReadThoughAServerWasLost(TestInfo test) throws Exception {
    ManagerFixture c = closer.register("server c", server(spark, settings(), test));
    await("the third server").until(() -> a.manager().locator().members().size() == 3);
    PublishedStatement kept = publish(spark.range(0, ROWS, 1, PARTITIONS).toDF(), RETAINED);
    awaitComplete(kept);
    b.close();
    await("its loss").until(() -> a.manager().locator().members().size() == 2);
    assertPartWaitsWhileAnotherIsRead(c);
  }

  private void assertPartWaitsWhileAnotherIsRead(ManagerFixture other) throws Exception {
    String gate = gate();
    PublishedStatement statement = publish(held(gate));
    ResultEndpoint first = of(statement, a);
    Numbers all = new Numbers();
    try (FlightStream stream = a.open(first.ticket())) {
      assertThat(stream.next()).isTrue();
      all.add(stream.getRoot());
      Future<Boolean> rest =
          readers.submit(
              () -> {
                while (stream.next()) {
                  all.add(stream.getRoot());
                }
                return true;
              });
      awaitIdleTimes(3);
      HeldPartition.open(gate);
      assertThat(rest.get()).isTrue();
    }
    read(of(statement, other), all::add);
    assertThat(all.sameAs(Numbers.upTo(ROWS))).as("%s", all).isTrue();
  }

  @Test
  void aPartThatNobodyReadsExpiresAfterTheOthers() throws Exception {
    PublishedStatement statement = publish(spark.range(0, ROWS, 1, PARTITIONS).toDF());
    read(of(statement, a), batch -> {});
    awaitNothingLeft();
    assertThatThrownBy(() -> read(of(statement, b), batch -> {}))
        .isInstanceOf(FlightRuntimeException.class)
        .hasMessageContaining("expired");
  }

  @Test
  void aResultThatNobodyReadsExpiresEverywhereAndCancelsItsJob() {
    PublishedStatement statement = publish(spark.range(0, ENDLESS, 1, 4).toDF());
    awaitNothingLeft();
    awaitNoJob();
    for (ResultEndpoint endpoint : statement.endpoints()) {
      assertThatThrownBy(() -> read(endpoint, batch -> {})).hasMessageContaining("nobody read it");
    }
  }

  @Test
  void aReaderThatLeavesTheOtherServerEndsTheWhole() throws Exception {
    PublishedStatement statement = publish(spark.range(0, ENDLESS, 1, 4).toDF());
    CountDownLatch begun = new CountDownLatch(1);
    Future<?> reading = readers.submit(() -> readAll(of(statement, a), begun));
    try (FlightStream stream = b.open(of(statement, b).ticket())) {
      assertThat(stream.next()).isTrue();
      begun.await();
      stream.cancel("enough", null);
    }
    assertEndsWith(reading, FlightStatusCode.CANCELLED, "its reader left before the end");
    awaitNoJob();
    awaitNothingLeft();
  }

  @Test
  void anyServerCancels() throws Exception {
    PublishedStatement statement = publish(spark.range(0, ENDLESS, 1, 4).toDF());
    CountDownLatch begun = new CountDownLatch(2);
    List<Future<?>> reading = new ArrayList<>();
    statement.endpoints().forEach(each -> reading.add(readers.submit(() -> readAll(each, begun))));
    begun.await();
    byte[] ticket = of(statement, b).ticket();
    assertThatThrownBy(() -> b.manager().cancel(ticket, "somebody else"))
        .hasMessageContaining("another user");
    b.manager().cancel(ticket, ManagerFixture.USER);
    for (Future<?> each : reading) {
      assertEndsWith(each, FlightStatusCode.CANCELLED, "was cancelled");
    }
    awaitNoJob();
    assertThatCode(() -> b.manager().cancel(ticket, ManagerFixture.USER))
        .as("cancelling again")
        .doesNotThrowAnyException();
    awaitNothingLeft();
  }

  @Test
  void cancellingACompleteResultFreesEveryPart() {
    PublishedStatement statement = publish(spark.range(0, ROWS, 1, PARTITIONS).toDF(), RETAINED);
    awaitComplete(statement);
    b.manager().cancel(of(statement, a).ticket(), ManagerFixture.USER);
    awaitNothingLeft();
    assertThatThrownBy(() -> read(of(statement, b), batch -> {}))
        .hasMessageContaining("was cancelled");
  }

  @Test
  void aRetainedResultIsReadAgainAndAgain() throws Exception {
    Numbers expected = Numbers.upTo(ROWS);
    PublishedStatement statement = publish(spark.range(0, ROWS, 1, PARTITIONS).toDF(), RETAINED);
    List<Future<Numbers>> reads = new ArrayList<>();
    for (int reader = 0; reader < 4; reader++) {
      ManagerFixture asked = reader % 2 == 0 ? a : b;
      reads.add(readers.submit(() -> asked.readNumbers(statement)));
    }
    for (Future<Numbers> read : reads) {
      assertThat(read.get().sameAs(expected)).as("%s", read.get()).isTrue();
    }
    try (FlightStream stream = b.open(of(statement, b).ticket())) {
      assertThat(stream.next()).isTrue();
      stream.cancel("enough", null); // a reader that leaves takes nothing with it
    }
    awaitIdleTimes(3);
    assertThat(a.readNumbers(statement).sameAs(expected)).isTrue();
    assertThat(statement.endpoints())
        .allSatisfy(each -> assertThat(each.expires().orElseThrow()).isAfter(Instant.now()));
  }

  @Test
  void aRetainedResultExpiresUnlessItIsRenewed() throws Exception {
    ResultOptions brief =
        new ResultOptions(
            Duration.ofSeconds(2),
            ResultOptions.Locations.PROXIED,
            ResultOptions.Order.SINGLE,
            Compression.NONE,
            1);
    PublishedStatement statement = publish(spark.range(0, ROWS, 1, PARTITIONS).toDF(), brief);
    assertThat(statement.endpoints()).allSatisfy(each -> assertThat(each.locations()).isEmpty());
    Instant promised = statement.endpoints().get(0).expires().orElseThrow();
    for (ResultEndpoint each : statement.endpoints()) {
      assertThat(b.manager().renew(each.ticket(), ManagerFixture.USER)).isAfterOrEqualTo(promised);
      assertThatThrownBy(() -> b.manager().renew(each.ticket(), "somebody else"))
          .hasMessageContaining("another user");
    }
    await("the promised time").until(() -> Instant.now().isAfter(promised));
    assertThat(a.readNumbers(statement).sameAs(Numbers.upTo(ROWS))).isTrue();
    awaitNothingLeft();
    assertThatThrownBy(() -> a.manager().renew(of(statement, b).ticket(), ManagerFixture.USER))
        .hasMessageContaining("expired");
    PublishedStatement once = publish(spark.range(5).toDF());
    assertThatThrownBy(() -> b.manager().renew(of(once, a).ticket(), ManagerFixture.USER))
        .hasMessageContaining("spark.flight.result.retention");
  }

  @Test
  void aServerThatStopsLetsItsStatementsEndAndGetsNoNewOnes() throws Exception {
    String gate = gate();
    PublishedStatement statement = b.publish(held(gate), Placement.DISTRIBUTED);
    Future<Numbers> reading = readers.submit(() -> a.readNumbers(statement));
    Future<?> draining = readers.submit(() -> b.manager().drain(Duration.ofMinutes(1)));
    await("all to know")
        .atMost(TOLD_WITHIN)
        .until(() -> a.manager().locator().members().stream().anyMatch(Member::draining));
    assertThatThrownBy(() -> b.publish(spark.range(5).toDF(), Placement.COLLECTED))
        .hasMessageContaining("about to stop");
    PublishedStatement elsewhere = publish(spark.range(0, ROWS, 1, PARTITIONS).toDF());
    assertThat(elsewhere.endpoints()).hasSize(1);
    assertThat(a.readNumbers(elsewhere).rows).isEqualTo(ROWS);
    assertThat(draining.isDone()).isFalse();
    HeldPartition.open(gate);
    assertThat(reading.get().sameAs(Numbers.upTo(ROWS))).isTrue();
    await("the end of the draining").atMost(TOLD_WITHIN).until(draining::isDone);
  }

  @Test
  void aServerThatMayNotWaitTellsItsReadersThatItStops() throws Exception {
    PublishedStatement statement = publish(spark.range(0, ENDLESS, 1, 4).toDF());
    CountDownLatch begun = new CountDownLatch(2);
    List<Future<?>> reading = new ArrayList<>();
    statement.endpoints().forEach(each -> reading.add(readers.submit(() -> readAll(each, begun))));
    begun.await();
    a.manager().drain(Duration.ZERO);
    for (Future<?> each : reading) {
      assertEndsWith(each, FlightStatusCode.UNAVAILABLE, "is stopping");
    }
    awaitNoJob();
  }

  /** Waits as long as the servers wait for a reader, some times: until results nobody reads go. */
  private void awaitIdleTimes(int times) {
    for (int i = 0; i < times; i++) {
      PublishedStatement unread = a.publish(spark.range(5).toDF(), Placement.COLLECTED);
      await("the end of an unread result")
          .atMost(TOLD_WITHIN)
          .until(() -> isGone(unread.endpoints().get(0)));
    }
  }

  private boolean isGone(ResultEndpoint endpoint) {
    try {
      a.manager().renew(endpoint.ticket(), ManagerFixture.USER);
      throw new AssertionError("a result that is not retained was renewed");
    } catch (io.sparkflight.error.FlightFailure e) {
      return e.sentence().contains("expired");
    }
  }

  private void awaitComplete(PublishedStatement statement) {
    await("the job's begin and end")
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              var status = spark.sparkContext().statusTracker();
              return status.getJobIdsForGroup(statement.handle().toString()).length > 0
                  && status.getActiveJobIds().length == 0;
            });
  }

  private static Void readAll(ResultEndpoint endpoint, CountDownLatch begun) throws Exception {
    AtomicInteger batches = new AtomicInteger();
    read(
        endpoint,
        batch -> {
          if (batches.getAndIncrement() == 0) {
            begun.countDown();
          }
        });
    return null;
  }

  private static Dataset<Row> held(String gate) {
    return spark
        .range(0, ROWS, 1, PARTITIONS)
        .mapPartitions(new HeldPartition(gate, PARTITIONS - 1), Encoders.LONG())
        .toDF("id");
  }
}
