package io.sparkflight.bench;

import io.sparkflight.bench.peer.KeptBatches;
import io.sparkflight.lifecycle.Threads;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * The peer of {@link Reread}: keeps the batches of a result in Arrow memory and streams them behind
 * Flight's own listener.
 */
final class VectorStore extends NoOpFlightProducer implements AutoCloseable {
  private final BufferAllocator allocator = new RootAllocator();
  private final KeptBatches batches = new KeptBatches(allocator);
  private final ExecutorService pool = Threads.pool("vectors");
  private final FlightServer server;
  private final FlightClient client;

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
    batches.keep(location, ticket);
  }

  /** Opens a stream of all that is kept. */
  FlightStream open(Writing writing) {
    return client.getStream(new Ticket(writing.name().getBytes(StandardCharsets.US_ASCII)));
  }

  @Override
  public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
    String writing = new String(ticket.getBytes(), StandardCharsets.US_ASCII);
    boolean zeroCopy = Writing.valueOf(writing) == Writing.ZERO_COPY;
    var unused = pool.submit(() -> batches.serve(listener, zeroCopy));
  }

  @Override
  public void close() throws Exception {
    client.close();
    server.close();
    Threads.stop(pool);
    batches.close();
    allocator.close();
  }
}
