package io.sparkflight.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sparkflight.sql.command.IngestCommand;
import java.util.List;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.FlightProducer.StreamListener;
import org.apache.arrow.flight.Result;

/**
 * Two actions of this server's own, for the parts of an ingest; a client that finds them in
 * ListActions knows that it may send parts. The body of both is the ingest's id in UTF-8.
 */
final class IngestActions {
  /** Keeps the parts for their whole time again; answers with that time, milliseconds in digits. */
  static final ActionType RENEW =
      new ActionType(
          "sparkflight.RenewIngest",
          "Keeps the parts of a bulk ingest.\nRequest: its ingest.id, UTF-8\nResponse: for how many milliseconds, in digits");

  /** Frees the parts; answers with nothing. */
  static final ActionType DISCARD =
      new ActionType(
          "sparkflight.DiscardIngest",
          "Frees the parts of a bulk ingest.\nRequest: its ingest.id, UTF-8\nResponse: none");

  static final List<ActionType> ALL = List.of(RENEW, DISCARD);

  private final IngestCommand ingest;

  IngestActions(IngestCommand ingest) {
    this.ingest = ingest;
  }

  /** Whether an action is one of these. */
  static boolean recognises(Action action) {
    return ALL.stream().anyMatch(each -> each.getType().equals(action.getType()));
  }

  void run(Action action, String user, StreamListener<Result> listener) {
    String id = new String(action.getBody(), UTF_8);
    if (RENEW.getType().equals(action.getType())) {
      String millis = String.valueOf(ingest.renew(id, user).toMillis());
      listener.onNext(new Result(millis.getBytes(UTF_8)));
    } else {
      ingest.discard(id, user);
    }
    listener.onCompleted();
  }
}
