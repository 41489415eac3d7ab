package io.sparkflight.sql;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightErrors;
import io.sparkflight.error.FlightFailure;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightProducer;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.PollInfo;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.Ticket;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a producer so that every failure, ours, Arrow's or Spark's, reaches the client as a
 * status with a sentence.
 */
final class CallBoundary implements FlightProducer {
  /** What to call bytes that do not say what they are. */
  private static final String UNREAD = "command";

  private static final Set<String> TRANSACTIONS =
      Set.of("BeginTransaction", "EndTransaction", "BeginSavepoint", "EndSavepoint");

  private final FlightProducer inner;

  CallBoundary(FlightProducer inner) {
    this.inner = inner;
  }

  @Override
  public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
    return answer(descriptor, () -> inner.getFlightInfo(context, descriptor));
  }

  @Override
  public PollInfo pollFlightInfo(CallContext context, FlightDescriptor descriptor) {
    return answer(descriptor, () -> inner.pollFlightInfo(context, descriptor));
  }

  @Override
  public SchemaResult getSchema(CallContext context, FlightDescriptor descriptor) {
    return answer(descriptor, () -> inner.getSchema(context, descriptor));
  }

  @Override
  public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
    String name = UNREAD;
    try {
      name = name(ticket.getBytes());
      inner.getStream(context, ticket, listener);
    } catch (Exception | StackOverflowError | OutOfMemoryError e) {
      listener.error(told(name, e));
    }
  }

  @Override
  public void listFlights(
      CallContext context, Criteria criteria, StreamListener<FlightInfo> listener) {
    listener.onError(told("ListFlights", unimplemented("ListFlights")));
  }

  @Override
  public void doExchange(CallContext context, FlightStream reader, ServerStreamListener writer) {
    writer.error(told("DoExchange", unimplemented("DoExchange")));
  }

  @Override
  public Runnable acceptPut(
      CallContext context, FlightStream stream, StreamListener<PutResult> acks) {
    return () -> {
      String name = UNREAD;
      try {
        name = name(stream.getDescriptor());
        inner.acceptPut(context, stream, new TellingListener<>(name, acks)).run();
      } catch (Exception | StackOverflowError | OutOfMemoryError e) {
        if (!hasEnded(e)) {
          acks.onError(told(name, e));
        }
      }
    };
  }

  @Override
  public void doAction(CallContext context, Action action, StreamListener<Result> listener) {
    String name = action.getType();
    try {
      inner.doAction(context, action, new TellingListener<>(name, listener));
    } catch (Exception | StackOverflowError | OutOfMemoryError e) {
      listener.onError(told(name, e));
    }
  }

  @Override
  public void listActions(CallContext context, StreamListener<ActionType> listener) {
    inner.listActions(context, listener);
  }

  /** Whether an answer came too late, because the call was refused for the rest of its upload. */
  private static boolean hasEnded(Throwable failure) {
    return failure instanceof StatusRuntimeException grpc
        && grpc.getStatus().getCode() == Status.Code.CANCELLED;
  }

  private static <T> T answer(FlightDescriptor descriptor, Supplier<T> call) {
    String name = UNREAD;
    try {
      name = name(descriptor);
      return call.get();
    } catch (Exception
        | StackOverflowError
        | OutOfMemoryError e) { // Scala throws checked exceptions undeclared
      throw told(name, e);
    }
  }

  /** Our own code throws no {@link FlightRuntimeException}: such a one is Arrow's own parsing. */
  private static FlightRuntimeException told(String name, Throwable failure) {
    if (failure instanceof FlightRuntimeException stock) {
      boolean unknown = stock.status().code() == FlightStatusCode.UNIMPLEMENTED;
      return FlightErrors.toFlight(unknown ? unimplemented(name) : unreadable(name, stock));
    }
    return FlightErrors.toFlight(failure);
  }

  private static FlightFailure unimplemented(String name) {
    String reason =
        TRANSACTIONS.contains(name)
            ? "Spark has no transactions. Leave autocommit on: each statement takes effect at once."
            : "this server does not offer it.";
    return new FlightFailure(
        ErrorKind.UNIMPLEMENTED, "Cannot answer %s: %s".formatted(name, reason));
  }

  private static FlightFailure unreadable(String name, Throwable cause) {
    return new FlightFailure(
        ErrorKind.INVALID,
        "Cannot read this %s: its bytes are not a Flight SQL message. Send what a Flight SQL client sends."
            .formatted(name),
        cause);
  }

  private static String name(FlightDescriptor descriptor) {
    if (!descriptor.isCommand()) {
      throw new FlightFailure(
          ErrorKind.INVALID,
          "Cannot read this descriptor: it is a path. Send a Flight SQL command.");
    }
    return name(descriptor.getCommand());
  }

  /** The message's type. Arrow itself would hide from the client that the bytes are none. */
  private static String name(byte @Nullable [] bytes) {
    try {
      String url = Any.parseFrom(bytes == null ? new byte[0] : bytes).getTypeUrl();
      String type = url.substring(url.lastIndexOf('.') + 1);
      return type.matches("[A-Za-z]{1,64}") ? type : UNREAD;
    } catch (InvalidProtocolBufferException e) {
      throw unreadable(UNREAD, e);
    }
  }

  /** Translates the errors that Arrow's default methods send instead of throwing them. */
  private record TellingListener<T>(String name, StreamListener<T> listener)
      implements StreamListener<T> {
    @Override
    public void onNext(T result) {
      listener.onNext(result);
    }

    @Override
    public void onError(Throwable failure) {
      listener.onError(told(name, failure));
    }

    @Override
    public void onCompleted() {
      listener.onCompleted();
    }
  }
}
