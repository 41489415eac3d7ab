package io.sparkflight.bundle;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32;
import org.apache.arrow.flight.AsyncPutListener;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A program in two halves that move numbers from one process into the other by DoPut.
 *
 * <p>{@code receive} prints its port, then what it received, and ends when its input closes; {@code
 * send <port> <batches>} prints what it sent. Both print the same line if nothing was lost.
 */
final class InboundPump {
  private static final int ROWS_PER_BATCH = 512 * 1024;
  private static final int BYTES_PER_BATCH = ROWS_PER_BATCH * Long.BYTES;
  private static final Schema SCHEMA =
      new Schema(
          List.of(new Field("n", FieldType.notNullable(new ArrowType.Int(64, true)), List.of())));

  private InboundPump() {}

  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "receive" -> receive();
      case "send" -> send(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
      default -> throw new IllegalArgumentException("Cannot pump: no such half " + args[0] + ".");
    }
  }

  private static void receive() throws IOException, InterruptedException {
    try (BufferAllocator allocator = new RootAllocator();
        FlightServer server =
            FlightServer.builder(
                    allocator, Location.forGrpcInsecure("127.0.0.1", 0), new Receiver())
                .build()
                .start()) {
      print("port " + server.getPort());
      while (System.in.read() >= 0) {
        // The other half of the test says nothing; only the end of the input counts.
      }
    }
  }

  private static void send(int port, int batches) throws InterruptedException {
    Tally tally = new Tally();
    try (BufferAllocator allocator = new RootAllocator();
        FlightClient client =
            FlightClient.builder(allocator, Location.forGrpcInsecure("127.0.0.1", port)).build();
        VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator)) {
      BigIntVector numbers = (BigIntVector) root.getVector("n");
      FlightClient.ClientStreamListener put =
          client.startPut(FlightDescriptor.path("numbers"), root, new AsyncPutListener());
      Random random = new Random(batches);
      for (int batch = 0; batch < batches; batch++) {
        numbers.allocateNew(ROWS_PER_BATCH); // gRPC may still be reading the last one
        fill(numbers, random);
        root.setRowCount(ROWS_PER_BATCH);
        tally.add(numbers);
        while (!put.isReady()) {
          LockSupport.parkNanos(100_000);
        }
        put.putNext();
      }
      put.completed();
      put.getResult();
    }
    print(tally.toString());
  }

  private static void fill(BigIntVector numbers, Random random) {
    for (int row = 0; row < ROWS_PER_BATCH; row++) {
      numbers.set(row, random.nextLong());
    }
  }

  private static void print(String line) {
    System.out.println(line);
    System.out.flush();
  }

  /** Counts what arrives and says so on standard output when the sender has finished. */
  private static final class Receiver extends NoOpFlightProducer {
    @Override
    public Runnable acceptPut(
        CallContext context, FlightStream stream, StreamListener<PutResult> acknowledgements) {
      return () -> {
        Tally tally = new Tally();
        while (stream.next()) {
          tally.add((BigIntVector) stream.getRoot().getVector("n"));
        }
        print(tally.toString());
        acknowledgements.onCompleted();
      };
    }
  }

  /** Batches, bytes and checksum of the numbers seen so far, in their order. */
  private static final class Tally {
    private final CRC32 crc = new CRC32();
    private int batches;
    private long bytes;

    void add(BigIntVector numbers) {
      ArrowBuf data = numbers.getDataBuffer();
      int length = numbers.getValueCount() * Long.BYTES;
      if (length != BYTES_PER_BATCH) {
        throw new IllegalStateException(
            "Cannot count batch %d: it holds %d bytes, not %d."
                .formatted(batches, length, BYTES_PER_BATCH));
      }
      crc.update(data.nioBuffer(0, length));
      batches++;
      bytes += length;
    }

    @Override
    public String toString() {
      return "batches %d bytes %d crc %08x".formatted(batches, bytes, crc.getValue());
    }
  }
}
