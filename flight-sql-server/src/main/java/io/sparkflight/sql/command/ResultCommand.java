package io.sparkflight.sql.command;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.SparkFlightManager;
import java.time.Instant;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.Location;

/**
 * What a client may do with a result besides reading it: {@code CancelFlightInfo}, the older {@code
 * ActionCancelQuery}, and {@code RenewFlightEndpoint}. Any server can be asked.
 */
public final class ResultCommand {
  private final SparkFlightManager manager;

  public ResultCommand(SparkFlightManager manager) {
    this.manager = manager;
  }

  /** Cancels the statement of a result; its endpoints all belong to one. */
  public CancelStatus cancel(FlightInfo info, String user) {
    if (info.getEndpoints().isEmpty()) {
      throw new FlightFailure(
          ErrorKind.INVALID,
          "Cannot cancel this FlightInfo: it has no endpoint. Send it as it was received.");
    }
    byte[] ticket = info.getEndpoints().get(0).getTicket().getBytes();
    if (!manager.recognises(ticket)) {
      return CancelStatus.NOT_CANCELLABLE; // metadata: there is nothing that runs
    }
    manager.cancel(ticket, user);
    return CancelStatus.CANCELLED;
  }

  /** Keeps what an endpoint names for its whole retention again. */
  public FlightEndpoint renew(FlightEndpoint endpoint, String user) {
    if (!manager.recognises(endpoint.getTicket().getBytes())) {
      throw new FlightFailure(
          ErrorKind.INVALID,
          "Cannot renew this endpoint: it is not one of a statement's result, and needs no renewal.");
    }
    Instant until = manager.renew(endpoint.getTicket().getBytes(), user);
    return new FlightEndpoint(
        endpoint.getTicket(), until, endpoint.getLocations().toArray(Location[]::new));
  }
}
