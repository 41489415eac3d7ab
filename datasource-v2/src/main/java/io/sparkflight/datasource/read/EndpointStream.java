package io.sparkflight.datasource.read;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.ServerOptions;
import io.sparkflight.datasource.client.SourceOptions;
import io.sparkflight.datasource.client.StreamChecksum;
import io.sparkflight.lifecycle.Closer;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.jspecify.annotations.Nullable;

/**
 * The stream of an endpoint, from the first of its locations that begins well. Once a batch has
 * come there is no other location: it would give the same rows again. Used by one thread.
 */
final class EndpointStream implements AutoCloseable {
  private final SourceOptions source;
  private final ServerOptions server;
  private final EndpointPartition endpoint;
  private final IdleWatch watch;
  private final List<String> refusals = new ArrayList<>();
  private Closer closer = new Closer();
  private StreamChecksum checksum = new StreamChecksum();
  private @Nullable FlightStream stream;
  private @Nullable URI location;

  /**
   * @param server with the sign-in of the driver
   */
  EndpointStream(SourceOptions source, ServerOptions server, EndpointPartition endpoint) {
    this.source = source;
    this.server = server;
    this.endpoint = endpoint;
    this.watch = new IdleWatch(server.timeout());
  }

  /**
   * Whether there is another batch.
   *
   * @param check looks at the stream before its first batch; what it throws is the end
   * @throws FlightSqlException if the stream broke; what came of it does not count
   */
  boolean next(Consumer<FlightStream> check) {
    FlightStream reading = stream;
    if (reading == null) {
      return begin(check);
    }
    try {
      return await(reading);
    } catch (FlightRuntimeException e) {
      throw FlightSqlException.because(
          "Cannot read %s to its end: %s".formatted(this, reason(e)), e);
    }
  }

  private boolean await(FlightStream reading) {
    watch.start(reading);
    try {
      return reading.next();
    } finally {
      watch.stop();
    }
  }

  private boolean begin(Consumer<FlightStream> check) {
    renewIfLate();
    RuntimeException last = null;
    for (URI each : endpoint.locations(server.uri())) {
      location = each;
      for (Optional<ServerOptions> as = Optional.of(server);
          as.isPresent();
          as = signsInAnew(last) ? as.get().signedOut() : Optional.empty()) {
        try {
          return begin(as.get(), each, check);
        } catch (RefusedException e) {
          last = e.why;
          if (watch.sawKill()) {
            throw FlightSqlException.because(
                "Cannot read %s: the task is killed".formatted(this), last);
          }
          refusals.add("%s: %s".formatted(each, reason(last)));
          close();
        }
      }
    }
    throw FlightSqlException.because(failed(last), Objects.requireNonNull(last));
  }

  /** What came instead of a first batch, as opposed to what our own check says of the stream. */
  private static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final RuntimeException why;

    RefusedException(RuntimeException why) {
      super(why);
      this.why = why;
    }
  }

  private boolean begin(ServerOptions as, URI from, Consumer<FlightStream> check)
      throws RefusedException {
    FlightStream reading = open(as, from);
    check.accept(reading);
    try {
      boolean more = await(reading);
      stream = reading;
      return more;
    } catch (FlightRuntimeException e) {
      throw new RefusedException(e);
    }
  }

  private FlightStream open(ServerOptions as, URI from) throws RefusedException {
    try {
      ServerConnection opened =
          closer.register("connection to " + from, ServerConnection.open(as, from));
      checksum = new StreamChecksum();
      FlightStream reading =
          closer.register("stream from " + from, opened.read(endpoint.ticket(), checksum));
      watch.start(reading);
      var unused = reading.getSchema(); // waits for the first message
      return reading;
    } catch (FlightSqlException | FlightRuntimeException e) {
      throw new RefusedException(e);
    } finally {
      watch.stop();
    }
  }

  /** The driver's token may have expired, or hold for the server only that has made it. */
  private static boolean signsInAnew(@Nullable Exception failure) {
    Throwable flight = failure instanceof FlightSqlException ? failure.getCause() : failure;
    return flight instanceof FlightRuntimeException refused
        && refused.status().code() == FlightStatusCode.UNAUTHENTICATED;
  }

  /** Where nobody in the driver does it any more, or not in time. */
  private void renewIfLate() {
    Instant due = endpoint.renewal();
    if (due == null || Instant.now().isBefore(due)) {
      return;
    }
    try (ServerConnection asked = ServerConnection.open(server)) {
      endpoint.renewed(asked.renew(endpoint.endpoint()));
    } catch (FlightSqlException e) {
      // It may still be there: what the server says when it is read decides.
      refusals.add(String.valueOf(e.getMessage()));
    }
  }

  private String failed(@Nullable Exception last) {
    String sentence =
        "Cannot read endpoint %d of %s: %s"
            .formatted(
                endpoint.number(), source, refusals.stream().collect(Collectors.joining(" / ")));
    boolean gone =
        last instanceof FlightRuntimeException flight
            && flight.status().code() == FlightStatusCode.NOT_FOUND;
    Instant expiration = endpoint.expiration();
    if (gone && expiration != null) {
      return sentence
          + ". It would have been kept until %s; it has expired, or was cancelled because an earlier query of this Dataset has failed. Load it anew, and have it kept for longer if it takes so long."
              .formatted(expiration);
    }
    return gone
        ? sentence
            + ". The server keeps a result for one read: if this Dataset was read before, load it anew, cache it, or set retain to more than 0s."
        : sentence;
  }

  private String reason(Exception failure) {
    return watch.rang()
        ? "nothing came for %d s, the longest that option timeout allows. If the server needs longer, set it higher."
            .formatted(server.timeout().toSeconds())
        : FlightSqlException.reason(failure);
  }

  /** What {@link #next} has found. */
  FlightStream current() {
    return Objects.requireNonNull(stream, "nothing is being read");
  }

  /** The checksum of all that came, when {@link #next} has found the end. */
  long checksum() {
    return checksum.value();
  }

  @Override
  public String toString() {
    return "endpoint %d of %s from %s".formatted(endpoint.number(), source, location);
  }

  @Override
  public void close() {
    stream = null;
    closer.close();
    closer = new Closer();
  }
}
