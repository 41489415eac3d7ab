package io.sparkflight.bench;

import io.sparkflight.lifecycle.Threads;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.apache.arrow.flight.BackpressureStrategy;
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
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The peer of {@link Reread}: keeps the batches of a result in Arrow memory and streams them as
 * Flight's own example of a store does. A stream has one root, so each batch is loaded into it by
 * reference.
 */
final class VectorStore extends NoOpFlightProducer implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 60_000;

  private final BufferAllocator allocator = new RootAllocator();
  private final List<ArrowRecordBatch> batches = new ArrayList<>();
  private final ExecutorService pool = Threads.pool("vectors");
  private final FlightServer server;
  private final FlightClient client;
  private volatile Schema schema = new Schema(List.of());

  /** How Flight's listener hands a batch to gRPC. */
  enum Writing {
    /** What it does unless told otherwise. */
    COPYING,
    /** Without a copy, which is allowed here because nobody changes what is kept. */
    ZERO_COPY
  }

  VectorStore() throws Exception {
    server =
        FlightServer.builder(allocator, Location.forGrpcInsecure("127.0.0.1", 0), this)
            .build()
            .start();
    client =
        FlightClient.builder(allocator, Location.forGrpcInsecure("127.0.0.1", server.getPort()))
            .build();
  }

  /** Reads a result of another server and keeps every batch, cut as it came. */
  void keep(URI location, byte[] ticket) throws Exception {
    try (FlightClient reader = FlightClient.builder(allocator, new Location(location)).build();
        FlightStream stream = reader.getStream(new Ticket(ticket))) {
      schema = stream.getSchema();
      VectorUnloader unloader = new VectorUnloader(stream.getRoot());
      while (stream.next()) {
        try (ArrowRecordBatch batch = unloader.getRecordBatch()) {
          batches.add(batch.cloneWithTransfer(allocator));
        }
      }
    }
  }

  /** Opens a stream of all that is kept. */
  FlightStream open(Writing writing) {
    return client.getStream(new Ticket(writing.name().getBytes(StandardCharsets.US_ASCII)));
  }

  @Override
  public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
    // On gRPC's own thread it would never hear that the client takes more.
    var unused = pool.submit(() -> serve(ticket, listener));
  }

  private void serve(Ticket ticket, ServerStreamListener listener) {
    var pressure = new BackpressureStrategy.CallbackBackpressureStrategy();
    pressure.register(listener);
    String writing = new String(ticket.getBytes(), StandardCharsets.US_ASCII);
    listener.setUseZeroCopy(Writing.valueOf(writing) == Writing.ZERO_COPY);
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
      VectorLoader loader = new VectorLoader(root);
      listener.start(root);
      for (ArrowRecordBatch batch : batches) {
        loader.load(batch);
        if (pressure.waitForListener(PATIENCE_MILLIS) != BackpressureStrategy.WaitResult.READY) {
          throw CallStatus.TIMED_OUT
              .withDescription("the client takes nothing")
              .toRuntimeException();
        }
        listener.putNext();
      }
      listener.completed();
    } catch (RuntimeException e) {
      listener.error(e);
    }
  }

  @Override
  public void close() throws Exception {
    client.close();
    server.close();
    Threads.stop(pool);
    batches.forEach(ArrowRecordBatch::close);
    allocator.close();
  }
}
