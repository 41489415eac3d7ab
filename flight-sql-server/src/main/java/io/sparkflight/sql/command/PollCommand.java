package io.sparkflight.sql.command;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.SparkFlightManager;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.Channels;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.PollInfo;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.jspecify.annotations.Nullable;

/**
 * {@code PollFlightInfo}: starts a statement, and tells how far it is until it has ended. The
 * endpoints can be read from the first answer on.
 *
 * <p>What to ask with the next time holds the whole answer, signed, so that any server can be
 * asked, and none has to remember who asks.
 */
public final class PollCommand {
  private static final String PURPOSE = "poll";
  private static final String TYPE = "type.sparkflight.io/started.Statement";

  /** The specification wants servers to wait a while before they say the same again. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** What ends within this needs no second call. */
  private static final Duration AT_FIRST = Duration.ofMillis(50);

  private final SparkFlightManager manager;
  private final Signer signer;

  public PollCommand(SparkFlightManager manager, Signer signer) {
    this.manager = manager;
    this.signer = signer;
  }

  /**
   * Answers one call.
   *
   * @param execute starts what the descriptor says; called unless it asks for a statement that was
   *     started before
   */
  public PollInfo poll(FlightDescriptor descriptor, String user, Supplier<FlightInfo> execute) {
    Any command = parsed(descriptor);
    return command.getTypeUrl().equals(TYPE)
        ? answer(read(command.getValue()), user, PATIENCE)
        : answer(execute.get(), user, AT_FIRST);
  }

  private static Any parsed(FlightDescriptor descriptor) {
    try {
      return descriptor.isCommand()
          ? Any.parseFrom(descriptor.getCommand())
          : Any.getDefaultInstance();
    } catch (InvalidProtocolBufferException e) {
      return Any.getDefaultInstance(); // who is to execute it says what is wrong with it
    }
  }

  private PollInfo answer(FlightInfo info, String user, Duration patience) {
    byte[] ticket = info.getEndpoints().isEmpty() ? new byte[0] : ticket(info);
    OptionalDouble progress =
        manager.recognises(ticket)
            ? manager.progress(ticket, user, patience)
            : OptionalDouble.empty(); // metadata: it is there
    return progress.isPresent()
        ? new PollInfo(info, next(info), progress.getAsDouble(), null)
        : new PollInfo(info, null, 1.0, null);
  }

  private static byte[] ticket(FlightInfo info) {
    return info.getEndpoints().get(0).getTicket().getBytes();
  }

  private FlightDescriptor next(FlightInfo info) {
    byte[] bytes = ByteString.copyFrom(info.serialize()).toByteArray();
    return FlightDescriptor.command(
        Any.newBuilder()
            .setTypeUrl(TYPE)
            .setValue(ByteString.copyFrom(signer.seal(PURPOSE, bytes)))
            .build()
            .toByteArray());
  }

  /**
   * Not by Arrow's own reader, whose version 18.3 doubles the time at which an endpoint expires.
   */
  private FlightInfo read(ByteString signed) {
    byte[] bytes = signer.unseal(PURPOSE, signed.toByteArray()).orElseThrow(() -> foreign(null));
    try {
      Flight.FlightInfo info = Flight.FlightInfo.parseFrom(bytes);
      FlightDescriptor descriptor =
          FlightDescriptor.command(info.getFlightDescriptor().getCmd().toByteArray());
      return new FlightInfo(
          MessageSerializer.deserializeSchema(
              new ReadChannel(
                  Channels.newChannel(new ByteArrayInputStream(info.getSchema().toByteArray())))),
          descriptor,
          info.getEndpointList().stream().map(PollCommand::endpoint).toList(),
          info.getTotalBytes(),
          info.getTotalRecords(),
          info.getOrdered(),
          IpcOption.DEFAULT);
    } catch (IOException | IllegalArgumentException e) {
      throw foreign(e); // of another version
    }
  }

  private static FlightFailure foreign(@Nullable Exception cause) {
    return new FlightFailure(
        ErrorKind.INVALID,
        "Cannot poll with this descriptor: no server of this cluster has issued it, or not since its"
            + " start. Send it as it was received, or execute the statement again.",
        cause);
  }

  private static FlightEndpoint endpoint(Flight.FlightEndpoint endpoint) {
    Timestamp expires = endpoint.getExpirationTime();
    return new FlightEndpoint(
        new Ticket(endpoint.getTicket().getTicket().toByteArray()),
        endpoint.hasExpirationTime()
            ? Instant.ofEpochSecond(expires.getSeconds(), expires.getNanos())
            : null,
        endpoint.getLocationList().stream()
            .map(location -> new Location(URI.create(location.getUri())))
            .toArray(Location[]::new));
  }
}
