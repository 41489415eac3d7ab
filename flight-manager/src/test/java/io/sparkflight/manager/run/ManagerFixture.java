package io.sparkflight.manager.run;

import io.sparkflight.config.ConfigSource;
import io.sparkflight.lifecycle.Closer;
import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.ResultOptions;
import io.sparkflight.manager.SparkFlightManagers;
import io.sparkflight.manager.StatementRequest;
import io.sparkflight.manager.exchange.PublicFlightServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sparkflight.SparkBridge;

/** A manager with a public server around it and a stock Flight client; closing it finds leaks. */
public final class ManagerFixture implements AutoCloseable {
  public static final String USER = "tester";

  private final Closer closer = new Closer();
  private final ExchangeManager manager;
  private final FlightClient client;
  private final BufferAllocator allocator;
  private final URI location;

  /** Around the manager that the settings name. */
  public ManagerFixture(SparkSession spark, Map<String, String> settings) {
    this(() -> (ExchangeManager) SparkFlightManagers.start(spark, ConfigSource.of(settings)));
  }

  /** Around a manager that the fixture starts and owns. */
  public ManagerFixture(Supplier<ExchangeManager> start) {
    allocator = closer.register("allocator", new RootAllocator());
    manager = closer.register("manager", start.get());
    PublicFlightServer server =
        closer.register(
            "server",
            PublicFlightServer.start(
                new PublicFlightServer.Options(
                    allocator,
                    "127.0.0.1",
                    0,
                    manager,
                    new NoOpFlightProducer(),
                    List.of(),
                    PublicFlightServer.USUAL_MESSAGE_BYTES,
                    java.time.Duration.ofMinutes(5),
                    () -> USER)));
    location = URI.create("grpc://127.0.0.1:" + server.port());
    manager.join(location);
    client =
        closer.register(
            "client",
            FlightClient.builder(allocator, Location.forGrpcInsecure("127.0.0.1", server.port()))
                .build());
  }

  /** Where clients reach this server. */
  public URI location() {
    return location;
  }

  public ExchangeManager manager() {
    return manager;
  }

  public PublishedStatement publish(Dataset<Row> data, Placement placement) {
    return publish(data, placement, ResultOptions.PLAIN);
  }

  public PublishedStatement publish(Dataset<Row> data, Placement placement, ResultOptions options) {
    return manager.publish(
        new StatementRequest(USER, "test", SparkBridge.execution(data), placement, options));
  }

  /** Whether this server keeps what a ticket of this cluster names. */
  boolean keeps(byte[] ticket) {
    return manager.keeps(ticket);
  }

  /** Reads one endpoint to its end, on the connection to this server, wherever its rows are. */
  public void read(byte[] ticket, Consumer<VectorSchemaRoot> batch) throws Exception {
    try (FlightStream stream = client.getStream(new Ticket(ticket))) {
      while (stream.next()) {
        batch.accept(stream.getRoot());
      }
    }
  }

  public FlightStream open(byte[] ticket, CallOption... options) {
    return client.getStream(new Ticket(ticket), options);
  }

  /** Reads every endpoint, one after the other, of a result whose first column is a bigint. */
  public Numbers readNumbers(PublishedStatement statement) throws Exception {
    Numbers numbers = new Numbers();
    for (var endpoint : statement.endpoints()) {
      read(endpoint.ticket(), numbers::add);
    }
    return numbers;
  }

  /** As a server does that is told to stop. */
  @Override
  public void close() {
    manager.drain(Duration.ZERO);
    closer.close();
  }

  /**
   * What the oracle needs to know of a set of numbers; equal only if nothing is lost or doubled.
   */
  public static final class Numbers {
    public long rows;
    public long sum;
    public long xor;
    public long least = Long.MAX_VALUE;
    public boolean ascending = true;
    private long last = Long.MIN_VALUE;

    public void add(VectorSchemaRoot root) {
      BigIntVector values = (BigIntVector) root.getVector(0);
      for (int i = 0; i < root.getRowCount(); i++) {
        long value = values.get(i);
        rows++;
        sum += value;
        xor ^= value * 0x9e3779b97f4a7c15L;
        least = Math.min(least, value);
        ascending &= value > last;
        last = value;
      }
    }

    synchronized void addAll(Numbers other) {
      rows += other.rows;
      sum += other.sum;
      xor ^= other.xor;
    }

    /** The oracle for {@code 0 … n-1}. */
    public static Numbers upTo(long n) {
      Numbers numbers = new Numbers();
      for (long value = 0; value < n; value++) {
        numbers.rows++;
        numbers.sum += value;
        numbers.xor ^= value * 0x9e3779b97f4a7c15L;
      }
      return numbers;
    }

    /** These and others, which were read elsewhere. */
    public Numbers plus(Numbers other) {
      Numbers both = new Numbers();
      both.rows = rows + other.rows;
      both.sum = sum + other.sum;
      both.xor = xor ^ other.xor;
      both.least = Math.min(least, other.least);
      return both;
    }

    public boolean sameAs(Numbers other) {
      return rows == other.rows && sum == other.sum && xor == other.xor;
    }

    @Override
    public String toString() {
      return "%d rows, sum %d, xor %d".formatted(rows, sum, xor);
    }
  }
}
