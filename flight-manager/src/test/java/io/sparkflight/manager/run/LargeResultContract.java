package io.sparkflight.manager.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.ResultEndpoint;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

/** Readers of every kind take half a gigabyte from two servers with a mebibyte for it each. */
public abstract class LargeResultContract extends LittleMemory {
  private static final int ROWS = 500_000;
  private static final long SHARE = ROWS / 2 * 1000L;

  /** As the stock Go client reads. */
  private static final int BATCHES_AHEAD = 5;

  private static final int WINDOW_BYTES = 64 << 10;
  private static final int SLOW_BATCHES = 40;

  /** What Spark may have come to keep meanwhile; the unread rows are more than twice as much. */
  private static final long HEAP_NOISE = 48L << 20;

  private final LargeRows rows = new LargeRows(ROWS);

  @Override
  int quotaMebibytes() {
    return 400;
  }

  @Override
  Duration idle() {
    return Duration.ofSeconds(10);
  }

  @Test
  void allEndpointsAtOnce() throws Exception {
    List<Future<?>> reads = new ArrayList<>();
    for (ResultEndpoint endpoint : publish(rows.table(spark)).endpoints()) {
      reads.add(readers.submit(reading(endpoint)));
    }
    awaitAll(reads);
    assertThat(rows.isWhole()).as("%s", rows).isTrue();
  }

  @Test
  void oneEndpointAfterTheOther() throws Exception {
    for (ResultEndpoint endpoint : publish(rows.table(spark)).endpoints()) {
      awaitEnd(readers.submit(reading(endpoint)));
    }
    assertThat(rows.isWhole()).as("%s", rows).isTrue();
    assertThat(peak.disk()).as("the part that waited").isGreaterThan(SHARE * 9 / 10);
  }

  @Test
  void inOrderWithALittleReadAhead() throws Exception {
    List<Future<?>> reads = new ArrayList<>();
    List<BlockingQueue<Boolean>> ahead = new ArrayList<>();
    for (ResultEndpoint endpoint : publish(rows.table(spark)).endpoints()) {
      BlockingQueue<Boolean> queue = new ArrayBlockingQueue<>(BATCHES_AHEAD);
      ahead.add(queue);
      reads.add(readers.submit(() -> readAhead(endpoint, queue)));
    }
    long batches = 0;
    for (BlockingQueue<Boolean> each : ahead) {
      while (each.take()) {
        batches++;
      }
    }
    awaitAll(reads);
    assertThat(rows.isWhole()).as("%s in %d batches", rows, batches).isTrue();
    assertThat(peak.disk()).as("the part that waited").isGreaterThan(SHARE * 8 / 10);
  }

  @Test
  void throughOneServer() throws Exception {
    for (ResultEndpoint endpoint : publish(rows.table(spark)).endpoints()) {
      awaitEnd(
          readers.submit(
              () -> {
                b.read(endpoint.ticket(), rows::take);
                return null;
              }));
    }
    assertThat(rows.isWhole()).as("%s", rows).isTrue();
  }

  @Test
  void aSlowReaderHoldsUpNobodyAndCostsNoHeap() throws Exception {
    long heap = heapInUse();
    PublishedStatement large = publish(rows.table(spark));
    Future<?> quick = readers.submit(reading(of(large, a)));
    try (BufferAllocator allocator = new RootAllocator();
        FlightClient client = withNarrowWindow(allocator, b.location());
        FlightStream slow = client.getStream(new Ticket(of(large, b).ticket()))) {
      int taken = 0;
      while (taken < SLOW_BATCHES || !quick.isDone()) {
        answer(a);
        answer(b);
        if (taken < SLOW_BATCHES) { // one part in twenty: slow on the fastest machine, too
          assertThat(slow.next()).as("after %d batches", taken++).isTrue();
          rows.take(slow.getRoot());
        }
      }
      awaitEnd(quick); // so Spark's tasks have ended long before this reader
      awaitNoJob();
      assertThat(b.manager().usage().disk()).as("still to come").isGreaterThan(2 * HEAP_NOISE);
      assertThat(heapInUse() - heap).as("what it takes of the heap").isLessThan(HEAP_NOISE);
      PublishedStatement job = a.publish(spark.range(9).toDF(), Placement.COLLECTED);
      assertThat(a.readNumbers(job).rows).isEqualTo(9);
      while (slow.next()) {
        rows.take(slow.getRoot());
      }
    }
    assertThat(rows.isWhole()).as("%s", rows).isTrue();
  }

  private Callable<Void> reading(ResultEndpoint endpoint) {
    return () -> {
      read(endpoint, rows::take);
      return null;
    };
  }

  private Void readAhead(ResultEndpoint endpoint, BlockingQueue<Boolean> queue) throws Exception {
    try {
      read(
          endpoint,
          batch -> {
            rows.take(batch);
            put(queue, true);
          });
    } finally {
      put(queue, false);
    }
    return null;
  }

  private static <T> void put(BlockingQueue<T> queue, T element) {
    try {
      queue.put(element);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the test is over", e);
    }
  }

  private static FlightClient withNarrowWindow(BufferAllocator allocator, URI server) {
    return FlightGrpcUtils.createFlightClient(
        allocator,
        NettyChannelBuilder.forAddress(server.getHost(), server.getPort())
            .usePlaintext()
            .flowControlWindow(WINDOW_BYTES)
            .withOption(ChannelOption.SO_RCVBUF, WINDOW_BYTES)
            .build());
  }

  private static long heapInUse() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
