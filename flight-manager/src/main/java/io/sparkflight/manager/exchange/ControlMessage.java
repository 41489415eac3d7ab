package io.sparkflight.manager.exchange;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.statement.AttemptRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What one server asks of another by DoAction on its internal port: JSON and a signature. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "do")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ControlMessage.Open.class, name = "open"),
  @JsonSubTypes.Type(value = ControlMessage.First.class, name = "first"),
  @JsonSubTypes.Type(value = ControlMessage.Commit.class, name = "commit"),
  @JsonSubTypes.Type(value = ControlMessage.Attend.class, name = "attend"),
  @JsonSubTypes.Type(value = ControlMessage.End.class, name = "end"),
  @JsonSubTypes.Type(value = ControlMessage.Fail.class, name = "fail"),
  @JsonSubTypes.Type(value = ControlMessage.Cancel.class, name = "cancel"),
  @JsonSubTypes.Type(value = ControlMessage.Progress.class, name = "progress"),
  @JsonSubTypes.Type(value = ControlMessage.Renew.class, name = "renew"),
  @JsonSubTypes.Type(value = ControlMessage.Uploads.class, name = "uploads"),
  @JsonSubTypes.Type(value = ControlMessage.RenewUploads.class, name = "renewUploads"),
  @JsonSubTypes.Type(value = ControlMessage.FreeUploads.class, name = "freeUploads")
})
sealed interface ControlMessage {
  /** The type of the DoAction. */
  String ACTION = "sparkflight.control";

  ObjectMapper JSON = new ObjectMapper();
  String PURPOSE = "control";

  /** The answer where there is nothing to say. */
  String DONE = "";

  /** Does what is asked; returns the answer, a value that JSON can tell. */
  Object carryOut(Participant participant);

  /** {@link Participant#open}. */
  record Open(OpenStatement statement) implements ControlMessage {
    @Override
    public Object carryOut(Participant participant) {
      participant.open(statement);
      return DONE;
    }
  }

  /** {@link Participant#first}. */
  record First(StatementHandle statement, int partition) implements ControlMessage {
    @Override
    public Object carryOut(Participant participant) {
      participant.first(statement, partition);
      return DONE;
    }
  }

  /** {@link Participant#commit}. */
  record Commit(StatementHandle statement, List<AttemptRecord> records) implements ControlMessage {
    @Override
    public Object carryOut(Participant participant) {
      participant.commit(statement, records);
      return DONE;
    }
  }

  /** {@link Participant#attend}; answers with a list of {@link Attention}. */
  record Attend(List<Attention> everywhere) implements ControlMessage {
    @Override
    public Object carryOut(Participant participant) {
      return participant.attend(everywhere);
    }
  }

  /** {@link Participant#end}. */
  record End(StatementHandle statement, ErrorKind kind, String why) implements ControlMessage {
    @Override
    public Object carryOut(Participant participant) {
      participant.end(statement, kind, why);
      return DONE;
    }
  }

  /** {@link Participant#fail}. */
  record Fail(StatementHandle statement, ErrorKind kind, String reason) implements ControlMessage {
    @Override
    public Object carryOut(Participant participant) {
      participant.fail(statement, kind, reason);
      return DONE;
    }
  }

  /** {@link Participant#cancel}. */
  record Cancel(StatementHandle statement, String user) implements ControlMessage {
    @Override
    public Object carryOut(Participant participant) {
      participant.cancel(statement, user);
      return DONE;
    }
  }

  /** {@link Participant#progress}; answers with the share, or {@link #ENDED}. */
  record Progress(StatementHandle statement, String user, long millis) implements ControlMessage {
    static final double ENDED = -1;

    @Override
    public Object carryOut(Participant participant) {
      return participant.progress(statement, user, Duration.ofMillis(millis)).orElse(ENDED);
    }
  }

  /** {@link Participant#renew}; answers with milliseconds since 1970. */
  record Renew(StatementHandle statement, String user) implements ControlMessage {
    @Override
    public Object carryOut(Participant participant) {
      return participant.renew(statement, user).toEpochMilli();
    }
  }

  /** {@link Participant#uploads}; answers with a {@link NamedUpload.Group}. */
  record Uploads(StatementHandle group) implements ControlMessage {
    @Override
    public Object carryOut(Participant participant) {
      return participant.uploads(group);
    }
  }

  /** {@link Participant#renewUploads}. */
  record RenewUploads(StatementHandle group) implements ControlMessage {
    @Override
    public Object carryOut(Participant participant) {
      participant.renewUploads(group);
      return DONE;
    }
  }

  /** {@link Participant#freeUploads}. */
  record FreeUploads(StatementHandle group) implements ControlMessage {
    @Override
    public Object carryOut(Participant participant) {
      participant.freeUploads(group);
      return DONE;
    }
  }

  /**
   * One with the server that it is meant for: where a server was restarted, another one listens.
   *
   * @param to its incarnation
   */
  record Addressed(String to, ControlMessage message) {}

  default byte[] encode(String to, Signer signer) {
    return signer.seal(PURPOSE, json(new Addressed(to, this)));
  }

  /** A value as JSON. */
  static byte[] json(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("What servers tell each other is always valid JSON", e);
    }
  }

  /**
   * Reads one.
   *
   * @param self the incarnation of this server
   * @throws FlightFailure NOT_FOUND if it is meant for another one, which is gone
   */
  static ControlMessage decode(byte[] message, String self, Signer signer) {
    byte[] body =
        signer
            .unseal(PURPOSE, message)
            .orElseThrow(
                () ->
                    new FlightFailure(
                        ErrorKind.UNAUTHORIZED,
                        "Cannot take this request: it is not signed by a server of this cluster."
                            + " All servers need the same spark.flight.cluster.secret."));
    try {
      Addressed addressed = JSON.readValue(body, Addressed.class);
      if (!self.equals(addressed.to())) {
        throw new FlightFailure(
            ErrorKind.NOT_FOUND,
            "Cannot ask server %s: it was restarted, and all that it kept is gone. Execute the statement again."
                .formatted(addressed.to()));
      }
      return addressed.message();
    } catch (IOException e) {
      throw new FlightFailure(
          ErrorKind.INVALID,
          "Cannot take this request: it is not a control message. Run one version on all servers.",
          e);
    }
  }
}
