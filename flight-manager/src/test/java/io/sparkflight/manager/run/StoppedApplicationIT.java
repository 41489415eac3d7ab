package io.sparkflight.manager.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The application ends under a running statement: its reader is told, and soon. */
class StoppedApplicationIT {
  @ParameterizedTest
  @EnumSource(
      value = Placement.class,
      names = {"INITIATOR", "DISTRIBUTED"})
  void theReaderGetsAnError(Placement placement) throws Exception {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
    ExecutorService pool = Threads.pool("reader");
    try (ManagerFixture fixture = new ManagerFixture(spark, Map.of())) {
      PublishedStatement statement =
          fixture.publish(spark.range(0, 2_000_000_000L, 1, 4).toDF(), placement);
      CountDownLatch begun = new CountDownLatch(1);
      Future<Void> read =
          pool.submit(
              () -> {
                fixture.read(statement.endpoints().get(0).ticket(), batch -> begun.countDown());
                return null;
              });
      begun.await();
      spark.stop();
      assertThatThrownBy(() -> read.get(1, TimeUnit.MINUTES))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(FlightRuntimeException.class);
    } finally {
      Threads.stop(pool);
      spark.stop();
    }
  }
}
