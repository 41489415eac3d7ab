package io.sparkflight.error;

import java.util.Map;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightRuntimeException;

/** tmp */
public final class FlightErrors {
  private FlightErrors() {}

  public static FlightRuntimeException toFlight(Throwable failure) {
    FlightFailure told = ofSpark("answer the call", failure);
    CallStatus status =
        Map.of(
                ErrorKind.NOT_FOUND, CallStatus.NOT_FOUND,
                ErrorKind.CANCELLED, CallStatus.CANCELLED)
            .getOrDefault(told.kind(), CallStatus.INTERNAL);
    return status.withDescription(told.sentence()).withCause(failure).toRuntimeException();
  }

  public static FlightFailure ofSpark(String what, Throwable failure) {
    return failure instanceof FlightFailure known
        ? known
        : new FlightFailure(
            ErrorKind.INTERNAL, what + String.valueOf(failure.getMessage()), failure);
  }
}
