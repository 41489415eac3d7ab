package io.sparkflight.manager.exchange;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightErrors;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.lifecycle.Closer;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.ResultSource;
import io.sparkflight.manager.ResultStream;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.wire.RawFlight;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.Result;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * The Flight server beside the public one: executors push into it, and initiating servers commit on
 * it. Owns its allocator and threads.
 */
public final class InternalServer implements AutoCloseable {
  private static final long ALLOCATOR_LIMIT = 64L << 20;

  private final Closer closer;
  private final int port;

  private InternalServer(Closer closer, int port) {
    this.closer = closer;
    this.port = port;
  }

  /** Starts listening; 0 takes any free port. */
  public static InternalServer start(
      String host, int port, Exchange exchange, Participant participant, Signer signer) {
    Closer closer = new Closer();
    try {
      ExecutorService pool = Threads.pool("flight-internal");
      closer.register("internal threads", () -> Threads.stop(pool));
      BufferAllocator allocator =
          closer.register("internal allocator", new RootAllocator(ALLOCATOR_LIMIT));
      FlightServer.Builder builder =
          builder(new Services(exchange, participant, signer), host, port, allocator, pool);
      FlightServer server = closer.register("internal server", builder.build().start());
      return new InternalServer(closer, server.getPort());
    } catch (IOException e) {
      closer.closeAfter(e);
      throw new FlightFailure(
          ErrorKind.UNAVAILABLE,
          "Cannot listen on %s:%d for executors: %s. Set spark.flight.internal.host and"
                  .formatted(host, port, e.getMessage())
              + " spark.flight.internal.port to a free address of this machine.",
          e);
    } catch (RuntimeException e) {
      closer.closeAfter(e);
      throw e;
    }
  }

  /** Who answers what comes to this port. */
  private record Services(Exchange exchange, Participant participant, Signer signer) {}

  private static FlightServer.Builder builder(
      Services services, String host, int port, BufferAllocator allocator, ExecutorService pool) {
    Signer signer = services.signer();
    ControlProducer producer = new ControlProducer(services);
    FlightServer.Builder builder =
        FlightServer.builder(allocator, Location.forGrpcInsecure(host, port), producer)
            .executor(pool);
    Forwarded forwarded = new Forwarded(services.exchange(), signer);
    new RawFlight()
        .handle(RawFlight.DO_PUT, stock -> new DoPutHandler(services.exchange(), signer))
        .handle(RawFlight.DO_GET, stock -> new DoGetHandler(forwarded, () -> "", pool, stock))
        .install(builder, allocator, producer, pool);
    return builder;
  }

  public int port() {
    return port;
  }

  @Override
  public void close() {
    closer.close();
  }

  /** The tickets that other servers forward, with the user whom they know. */
  private record Forwarded(Exchange exchange, Signer signer) implements ResultSource {
    @Override
    public boolean recognises(byte[] ticket) {
      return ForwardedTicket.recognises(ticket);
    }

    @Override
    public ResultStream open(byte[] bytes, String nobody) {
      ForwardedTicket forwarded = ForwardedTicket.decode(bytes, signer);
      return exchange.read(Ticket.decode(forwarded.ticket(), signer), forwarded.user());
    }
  }

  /** Hands control messages to the participant. */
  private static final class ControlProducer extends NoOpFlightProducer {
    private final Services services;

    ControlProducer(Services services) {
      this.services = services;
    }

    @Override
    public void doAction(CallContext context, Action action, StreamListener<Result> listener) {
      try {
        if (!ControlMessage.ACTION.equals(action.getType())) {
          throw new FlightFailure(
              ErrorKind.INVALID,
              "Cannot do '%s': this port is for the servers of one cluster only."
                  .formatted(action.getType()));
        }
        ControlMessage message =
            ControlMessage.decode(
                action.getBody(), services.exchange().incarnation(), services.signer());
        Object answer = message.carryOut(services.participant());
        listener.onNext(new Result(ControlMessage.json(answer)));
        listener.onCompleted();
      } catch (RuntimeException e) {
        listener.onError(FlightErrors.toFlight(e));
      }
    }
  }
}
