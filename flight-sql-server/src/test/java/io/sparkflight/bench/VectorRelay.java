package io.sparkflight.bench;

import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The peer: what one would write from the documentation. Spark converts with {@code
 * toArrowBatchRdd}; the server loads every batch into vectors and streams them with Flight's own
 * listener. Nothing is stored, nothing counted, so it does less than a server must.
 */
final class VectorRelay extends NoOpFlightProducer implements AutoCloseable {
  private static final byte[] END = new byte[0];

  /** One result at a time: the tasks of local mode reach it from the same JVM. */
  private static final BlockingQueue<byte[]> BATCHES = new ArrayBlockingQueue<>(16);

  private final BufferAllocator allocator = new RootAllocator();
  private final ExecutorService pool = io.sparkflight.lifecycle.Threads.pool("relay");
  private final FlightServer server;
  private final FlightClient client;
  private volatile Schema schema = new Schema(java.util.List.of());

  VectorRelay() throws Exception {
    server =
        FlightServer.builder(allocator, Location.forGrpcInsecure("127.0.0.1", 0), this)
            .executor(pool)
            .build()
            .start();
    client =
        FlightClient.builder(allocator, Location.forGrpcInsecure("127.0.0.1", server.getPort()))
            .build();
  }

  /** Runs the whole chain and returns the number of rows that the client got. */
  long read(Dataset<Row> data) throws Exception {
    schema = io.sparkflight.arrow.SparkArrowSchema.of(data.schema(), "UTC");
    var job =
        pool.submit(
            () -> {
              // A method reference would carry a copy of the queue to the tasks.
              data.toArrowBatchRdd().toJavaRDD().foreach(batch -> BATCHES.put(batch));
              BATCHES.put(END);
              return null;
            });
    long rows = 0;
    try (FlightStream stream = client.getStream(new Ticket(new byte[] {1}))) {
      while (stream.next()) {
        rows += stream.getRoot().getRowCount();
      }
    }
    job.get();
    return rows;
  }

  @Override
  public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
    var unused = pool.submit(() -> serve(listener));
  }

  private void serve(ServerStreamListener listener) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
      VectorLoader loader = new VectorLoader(root);
      listener.start(root);
      for (byte[] bytes = BATCHES.take(); bytes != END; bytes = BATCHES.take()) {
        try (ArrowRecordBatch batch =
            MessageSerializer.deserializeRecordBatch(
                new ReadChannel(Channels.newChannel(new ByteArrayInputStream(bytes))), allocator)) {
          loader.load(batch);
        }
        awaitReady(listener);
        listener.putNext();
      }
      listener.completed();
    } catch (Exception e) {
      listener.error(CallStatus.INTERNAL.withCause(e).toRuntimeException());
    }
  }

  private static void awaitReady(ServerStreamListener listener) throws InterruptedException {
    java.util.concurrent.Semaphore ready = new java.util.concurrent.Semaphore(0);
    listener.setOnReadyHandler(ready::release);
    while (!listener.isReady()) {
      boolean unused = ready.tryAcquire(1, java.util.concurrent.TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void close() throws Exception {
    client.close();
    server.close();
    io.sparkflight.lifecycle.Threads.stop(pool);
    allocator.close();
  }
}
