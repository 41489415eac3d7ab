package io.sparkflight.datasource;

import static io.sparkflight.datasource.testing.Rows.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkflight.datasource.testing.Renewals;
import io.sparkflight.datasource.testing.Rows;
import io.sparkflight.datasource.testing.ScriptedServer;
import io.sparkflight.lifecycle.Threads;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.arrow.flight.CallStatus;
import org.apache.spark.SparkExecutorInfo;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/**
 * Streams that break, say nothing, come again or expire: every row once, or an error that says why.
 */
class ForeignStreamsIT extends OneScriptedServer {
  @Test
  void aStreamThatBreaksFailsTheQueryAndCancelsIt() {
    server
        .endpoint("t0", rows(0, 10))
        .endpoint(
            "t1",
            rows ->
                rows.start().batch(10, 20).fail(CallStatus.INTERNAL.withDescription("disk full")));
    Dataset<Row> rows = reader().option("reread", true).load();
    assertThatThrownBy(rows::collect)
        .hasMessageContaining("Cannot read endpoint 1 of a query of " + server.uri())
        .hasMessageContaining("INTERNAL: disk full");
    await("the query cancelled").until(() -> server.calls().contains("cancel"));
  }

  @Test
  void whatTheServerKeepsIsReadAgainFromItsBeginning() {
    AtomicInteger reads = new AtomicInteger();
    server
        .endpoint("t0", rows(0, 10))
        .endpoint(
            kept("t1", Duration.ofMinutes(5)),
            rows -> {
              rows.start().batch(10, 20);
              if (reads.incrementAndGet() == 1) {
                rows.fail(CallStatus.UNAVAILABLE.withDescription("restarting"));
              } else {
                rows.batch(20, 30).end();
              }
            });
    assertThat(ids(reader().load())).hasSize(30).doesNotHaveDuplicates();
    assertThat(Collections.frequency(server.calls(), "read t1")).isEqualTo(2);
  }

  @Test
  void whatTheServerDoesNotKeepIsNotReadAgain() {
    server
        .endpoint("t0", rows(0, 10))
        .endpoint("t1", rows -> rows.start().batch(10, 20).fail(CallStatus.INTERNAL));
    assertThatThrownBy(() -> reader().load().collect())
        .hasMessageContaining("Cannot read endpoint 1")
        .hasMessageContaining("keeps a result for one read");
    assertThat(Collections.frequency(server.calls(), "read t1")).isEqualTo(1);
  }

  @Test
  void theSameDatasetTwiceIsNeverFewerRows() {
    AtomicInteger reads = new AtomicInteger();
    server.endpoint(
        "t0",
        rows -> {
          if (reads.incrementAndGet() == 1) {
            rows.start().batch(0, 10).end();
          } else {
            rows.start().end(); // what is left of it, the server may think
          }
        });
    Dataset<Row> twice = reader().load();
    assertThat(ids(twice)).hasSize(10);
    assertThatThrownBy(twice::collect)
        .hasMessageContaining("Cannot read endpoint 0 of a query of " + server.uri())
        .hasMessageContaining("keeps a result for one read");
  }

  @Test
  void whatIsGoneBeforeItsTimeIsToBeLoadedAnew() {
    server.endpoint(
        kept("t0", Duration.ofMinutes(5)),
        rows -> rows.fail(CallStatus.NOT_FOUND.withDescription("cancelled")));
    assertThatThrownBy(() -> reader().load().collect())
        .hasMessageContaining("NOT_FOUND: cancelled")
        .hasMessageContaining("Load it anew");
  }

  @Test
  void aTimeThatArrowCannotReadIsToldInWords() {
    server.endpoint(kept("t0", Duration.ofDays(300 * 366)), rows(0, 10));
    assertThatThrownBy(() -> reader().load().collect())
        .hasMessageContaining("Cannot read a query of " + server.uri())
        .hasMessageContaining("after the year 2262");
  }

  /** Spark does not interrupt the thread of a task unless the job says so. */
  @Test
  void aKilledTaskDoesNotWaitForItsServer() {
    AtomicInteger reads = new AtomicInteger();
    server.endpoint(
        "t0",
        rows -> {
          rows.start().batch(0, 10);
          reads.incrementAndGet();
        });
    JavaFutureAction<List<Row>> job = reader().load().toJavaRDD().collectAsync();
    Duration busy = Duration.ofMinutes(1); // of a machine; the source's own time is ten minutes
    await("a task that waits").atMost(busy).until(() -> reads.get() == 1 && running() == 1);
    spark.sparkContext().cancelAllJobs();
    await("the end of the task").atMost(busy).until(() -> running() == 0);
    assertThat(job.isDone()).isTrue();
  }

  private static int running() {
    return Arrays.stream(spark.sparkContext().statusTracker().getExecutorInfos())
        .mapToInt(SparkExecutorInfo::numRunningTasks)
        .sum();
  }

  @Test
  void aSilentStreamFailsInTime() {
    server.endpoint("t0", rows -> rows.start().batch(0, 10));
    assertThatThrownBy(
            () -> reader().option("timeout", "3s").option("reread", true).load().collect())
        .hasMessageContaining("endpoint 0 of a query of " + server.uri())
        .hasMessageContaining("the longest that option timeout allows");
    server.reset().endpoint("t0", rows -> {});
    assertThatThrownBy(
            () -> reader().option("timeout", "3s").option("reread", true).load().collect())
        .hasMessageContaining("the longest that option timeout allows");
  }

  /** In all it takes longer than the time-out, but it is never silent for so long. */
  @Test
  void aSlowStreamIsRead() {
    ScheduledThreadPoolExecutor pace = Threads.timer("pace");
    try {
      server.endpoint(
          "t0",
          rows -> {
            rows.start();
            for (int i = 0; i < 8; i++) {
              long from = i;
              try {
                pace.schedule(
                        () -> rows.batch(from, from + 1),
                        500,
                        java.util.concurrent.TimeUnit.MILLISECONDS)
                    .get();
              } catch (java.util.concurrent.ExecutionException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }
            rows.end();
          });
      assertThat(ids(reader().option("timeout", "3s").load())).hasSize(8);
    } finally {
      Threads.stop(pace);
    }
  }

  /** More endpoints than cores, so that the last ones begin when they would have expired. */
  @Test
  void endpointsAreRenewedBeforeTheirTasksBegin() {
    AtomicInteger made = new AtomicInteger();
    server.renewing(
        old -> {
          String ticket = ScriptedServer.ticket(old);
          String next = ticket.substring(0, 2) + "-" + made.incrementAndGet();
          server.script(next, rows(ticket.charAt(1) * 10L, ticket.charAt(1) * 10L + 10));
          return kept(next, Duration.ofMillis(900));
        });
    Consumer<Rows> slow =
        rows -> {
          await("renewals of the last endpoint")
              .until(
                  () ->
                      server.calls().stream().filter(call -> call.startsWith("renew t2")).count()
                          > 2);
          rows.start().batch(0, 10).end();
        };
    server
        .endpoint("t0", slow)
        .endpoint("t1", slow)
        .endpoint(
            kept("t2", Duration.ofMillis(900)),
            rows -> rows.fail(CallStatus.NOT_FOUND.withDescription("expired")));
    assertThat(ids(reader().load())).hasSize(30).contains('2' * 10L);
    await("the end of renewals").until(() -> Renewals.running() == 0);
  }
}
