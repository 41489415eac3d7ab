package io.sparkflight.manager.exchange;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.lifecycle.Closer;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.SparkFlightManager;
import io.sparkflight.manager.wire.RawFlight;
import io.sparkflight.manager.wire.UploadLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.apache.arrow.flight.FlightProducer;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.FlightServerMiddleware;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The Flight server that clients connect to: a producer of one's own for everything but DoGet, and
 * DoGet with a manager's tickets served as raw frames.
 */
public final class PublicFlightServer implements AutoCloseable {
  /** Room for whatever a client has to say besides data; gRPC's own limit. */
  public static final int USUAL_MESSAGE_BYTES = 4 << 20;

  private final Closer closer;
  private final int port;

  private PublicFlightServer(Closer closer, int port) {
    this.closer = closer;
    this.port = port;
  }

  /** A piece of Flight middleware and the key by which it is found. */
  public record Middleware<T extends FlightServerMiddleware>(
      FlightServerMiddleware.Key<T> key, FlightServerMiddleware.Factory<T> factory) {
    private void addTo(FlightServer.Builder builder) {
      builder.middleware(key, factory);
    }
  }

  /**
   * What a server is made of.
   *
   * @param allocator for the producer's own messages; stays the caller's
   * @param host the address to bind
   * @param port the port to bind, 0 for any
   * @param manager whose tickets are served raw
   * @param producer answers everything else
   * @param middleware in the order of registration
   * @param maxMessageBytes the largest message that a client may send; what is larger is refused
   * @param uploadSilence after so long without a message an upload ends
   * @param caller the user of the current gRPC call
   */
  public record Options(
      BufferAllocator allocator,
      String host,
      int port,
      SparkFlightManager manager,
      FlightProducer producer,
      List<Middleware<?>> middleware,
      int maxMessageBytes,
      Duration uploadSilence,
      Supplier<String> caller) {}

  /** Starts listening, or fails and leaves nothing behind. */
  public static PublicFlightServer start(Options options) {
    Closer closer = new Closer();
    try {
      FlightServer server = listen(options, closer);
      return new PublicFlightServer(closer, server.getPort());
    } catch (IOException e) {
      closer.closeAfter(e);
      throw new FlightFailure(
          ErrorKind.UNAVAILABLE,
          "Cannot listen on %s:%d: %s. Choose another address or port, or port 0 for any free one."
              .formatted(options.host(), options.port(), rootMessage(e)),
          e);
    } catch (RuntimeException e) {
      closer.closeAfter(e);
      throw e;
    }
  }

  private static FlightServer listen(Options options, Closer closer) throws IOException {
    ExecutorService pool = Threads.pool("flight-public");
    closer.register("public threads", () -> Threads.stop(pool));
    ScheduledExecutorService timer = Threads.timer("flight-uploads");
    closer.register("upload timer", () -> Threads.stop(timer));
    FlightServer.Builder builder =
        FlightServer.builder(
                options.allocator(),
                Location.forGrpcInsecure(options.host(), options.port()),
                options.producer())
            .maxInboundMessageSize(hardLimit(options))
            .executor(pool);
    options.middleware().forEach(middleware -> middleware.addTo(builder));
    new RawFlight()
        .uploads(new UploadLimits(options.maxMessageBytes(), options.uploadSilence(), timer))
        .handle(
            RawFlight.DO_GET,
            stock -> new DoGetHandler(options.manager(), options.caller(), pool, stock))
        .install(builder, options.allocator(), options.producer(), pool);
    return closer.register("public server", builder.build().start());
  }

  /**
   * What gRPC refuses by itself, and with it the connection: nothing that is only a bit too large.
   */
  private static int hardLimit(Options options) {
    return (int) Math.min(Integer.MAX_VALUE, 2L * options.maxMessageBytes());
  }

  /** The port that clients connect to. */
  public int port() {
    return port;
  }

  @Override
  public void close() {
    closer.close();
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
