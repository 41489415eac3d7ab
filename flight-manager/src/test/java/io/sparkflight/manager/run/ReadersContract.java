package io.sparkflight.manager.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkflight.arrow.Compression;
import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.ResultEndpoint;
import io.sparkflight.manager.ResultOptions;
import io.sparkflight.manager.ResultStream;
import io.sparkflight.manager.run.ManagerFixture.Numbers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** What readers of every kind get from two servers: all rows of the result, or why not. */
public abstract class ReadersContract extends ImpatientServers {
  private static final int SHARES = 3;

  @Test
  void theSchemaIsThereBeforeTheFirstRow() throws Exception {
    String gate = gate();
    PublishedStatement statement =
        publish(
            spark
                .range(0, 10, 1, 1)
                .mapPartitions(new HeldPartition(gate, 0), Encoders.LONG())
                .toDF("id"));
    try (FlightStream ofA = a.open(of(statement, a).ticket());
        FlightStream ofB = a.open(of(statement, b).ticket())) { // forwarded
      for (FlightStream stream : List.of(ofA, ofB)) {
        Future<Schema> schema = readers.submit(stream::getSchema);
        assertThat(schema.get(1, TimeUnit.MINUTES)).isEqualTo(statement.schema());
      }
    } finally {
      HeldPartition.open(gate);
    }
  }

  @Test
  void anyServerForwardsWhatAnotherKeeps() throws Exception {
    for (ManagerFixture asked : List.of(a, b)) {
      PublishedStatement statement = publish(spark.range(0, ROWS, 1, PARTITIONS).toDF());
      Numbers all = asked.readNumbers(statement);
      assertThat(all.sameAs(Numbers.upTo(ROWS))).as("%s", all).isTrue();
      awaitNothingLeft();
    }
  }

  @Test
  void aForwardedFailureIsTheSame() {
    PublishedStatement statement =
        publish(
            spark.sql(
                "SELECT assert_true(id < 150000, concat('row ', id, ' is bad'))"
                    + " FROM range(0, 200000, 1, 4)"));
    for (ResultEndpoint endpoint : statement.endpoints()) {
      assertThatThrownBy(() -> b.read(endpoint.ticket(), batch -> {}))
          .isInstanceOf(FlightRuntimeException.class)
          .hasMessageContaining("row 150000 is bad");
    }
  }

  @Test
  void aForwardedTicketIsOnlyForItsOwner() {
    PublishedStatement statement = publish(spark.range(0, ROWS, 1, PARTITIONS).toDF());
    try (ResultStream stranger = b.manager().open(of(statement, a).ticket(), "somebody else")) {
      await("the refusal")
          .atMost(TOLD_WITHIN)
          .untilAsserted(
              () -> assertThatThrownBy(stranger::check).hasMessageContaining("another user"));
    }
  }

  @Test
  void aSlowReaderOfAForwardedPartGetsAll() throws Exception {
    PublishedStatement statement = publish(spark.range(0, 2_000_000, 1, PARTITIONS).toDF());
    Numbers all = new Numbers();
    try (FlightStream stream = a.open(of(statement, b).ticket())) {
      assertThat(stream.next()).isTrue();
      all.add(stream.getRoot());
      awaitNoJob(); // the rows must wait in their store: nobody takes any
      while (stream.next()) {
        all.add(stream.getRoot());
      }
    }
    read(of(statement, a), all::add);
    assertThat(all.sameAs(Numbers.upTo(2_000_000))).as("%s", all).isTrue();
  }

  @Test
  void oneOfTwoReadersOfATicketGetsAll() throws Exception {
    for (int run = 0; run < 10; run++) {
      PublishedStatement statement = publish(spark.range(0, ROWS, 1, PARTITIONS).toDF());
      Numbers all = new Numbers();
      AtomicInteger refused = new AtomicInteger();
      List<Future<?>> both = new ArrayList<>();
      for (ManagerFixture asked : List.of(a, b)) {
        both.add(
            readers.submit(
                () -> {
                  Numbers read = new Numbers();
                  try {
                    asked.read(of(statement, b).ticket(), read::add);
                    all.addAll(read);
                  } catch (FlightRuntimeException e) {
                    assertThat(e.status().code()).isEqualTo(FlightStatusCode.NOT_FOUND);
                    assertThat(read.rows).isZero();
                    refused.incrementAndGet();
                  }
                  return null;
                }));
      }
      for (Future<?> each : both) {
        each.get();
      }
      assertThat(refused).as("refused readers in run %d", run).hasValue(1);
      read(of(statement, a), all::add);
      assertThat(all.sameAs(Numbers.upTo(ROWS))).as("run %d: %s", run, all).isTrue();
    }
  }

  @Test
  void rangesKeepTheOrderOverAllServers() throws Exception {
    for (long seed = 0; seed < 10; seed++) {
      PoisonedAttempt poison =
          new PoisonedAttempt(seed, PoisonedAttempt.Poison.SAME_ROWS, (int) (ROWS / PARTITIONS));
      Dataset<Row> sorted =
          spark.range(0, ROWS, 1, PARTITIONS).mapPartitions(poison, Encoders.LONG()).toDF("id");
      PublishedStatement statement = a.publish(sorted, Placement.RANGES);
      assertThat(statement.ordered()).isTrue();
      assertThat(statement.endpoints()).hasSize(2);
      Numbers all = new Numbers();
      for (ResultEndpoint endpoint : statement.endpoints()) {
        long before = all.rows;
        read(endpoint, all::add);
        assertThat(all.rows).as("rows of %s", location(endpoint)).isGreaterThan(before);
      }
      assertThat(all.sameAs(Numbers.upTo(ROWS))).as("seed %d: %s", seed, all).isTrue();
      assertThat(all.ascending).as("in order, seed %d", seed).isTrue();
    }
  }

  @Test
  void rangesSkipPartitionsWithoutRows() throws Exception {
    for (int partitions : new int[] {1, 2, 3, 7}) {
      PublishedStatement statement =
          a.publish(
              spark.range(0, 1000, 1, partitions).where("id % 1000 >= 700").toDF(),
              Placement.RANGES);
      Numbers all = a.readNumbers(statement);
      assertThat(all.rows).as("%d partitions", partitions).isEqualTo(300);
      assertThat(all.ascending).isTrue();
    }
  }

  @Test
  void sharesHaveEachRowOnceWhileTasksAreRetried() throws Exception {
    ResultOptions shares =
        new ResultOptions(
            Duration.ofSeconds(60),
            ResultOptions.Locations.DIRECT,
            ResultOptions.Order.SINGLE,
            Compression.NONE,
            SHARES);
    for (long seed = 0; seed < 5; seed++) {
      PoisonedAttempt poison =
          new PoisonedAttempt(seed, PoisonedAttempt.Poison.SAME_ROWS, (int) (ROWS / PARTITIONS));
      Dataset<Row> data =
          spark.range(0, ROWS, 1, PARTITIONS).mapPartitions(poison, Encoders.LONG()).toDF("id");
      PublishedStatement statement = a.publish(data, Placement.DISTRIBUTED, shares);
      assertThat(statement.endpoints()).hasSize(2 * SHARES);
      assertThat(statement.endpoints().subList(0, SHARES))
          .as("those of the server that was asked come first")
          .allMatch(each -> a.keeps(each.ticket()));
      for (int again = 0; again < 2; again++) {
        Numbers all = readAtOnce(statement);
        assertThat(all.sameAs(Numbers.upTo(ROWS))).as("seed %d: %s", seed, all).isTrue();
      }
      b.manager().cancel(statement.endpoints().get(1).ticket(), ManagerFixture.USER);
      awaitNothingLeft();
    }
  }

  /** Each endpoint through one server or the other, forwarded if need be. */
  private Numbers readAtOnce(PublishedStatement statement) throws Exception {
    List<Future<Numbers>> reads = new ArrayList<>();
    for (ResultEndpoint endpoint : statement.endpoints()) {
      ManagerFixture asked = reads.size() % 2 == 0 ? a : b;
      reads.add(
          readers.submit(
              () -> {
                Numbers own = new Numbers();
                asked.read(endpoint.ticket(), own::add);
                return own;
              }));
    }
    Numbers all = new Numbers();
    for (Future<Numbers> read : reads) {
      all.addAll(read.get());
    }
    return all;
  }
}
