package io.sparkflight.bench.peer;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.BackpressureStrategy;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The batches of a result in Arrow memory, streamed as Flight's own example of a store does. A
 * stream has one root, so each batch is loaded into it by reference. Closing it frees the batches.
 */
public final class KeptBatches implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 60_000;

  private final BufferAllocator allocator;
  private final List<ArrowRecordBatch> batches = new ArrayList<>();
  private volatile Schema schema = new Schema(List.of());

  /**
   * @param allocator stays the caller's
   */
  public KeptBatches(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  public Schema schema() {
    return schema;
  }

  /** Reads a result of another server and keeps every batch, cut as it came. */
  public void keep(URI location, byte[] ticket) throws Exception {
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

  /**
   * Streams them all. Not on gRPC's own thread, which would never hear that the client takes more.
   */
  public void serve(ServerStreamListener listener, boolean zeroCopy) {
    var pressure = new BackpressureStrategy.CallbackBackpressureStrategy();
    pressure.register(listener);
    listener.setUseZeroCopy(zeroCopy);
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
  public void close() {
    batches.forEach(ArrowRecordBatch::close);
  }
}
