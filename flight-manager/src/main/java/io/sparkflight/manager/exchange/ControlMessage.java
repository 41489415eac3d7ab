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
import java.util.Arrays;
import java.util.List;

/** What one server asks of another by DoAction on its internal port: JSON behind a signature. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "do")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ControlMessage.Open.class, name = "open"),
  @JsonSubTypes.Type(value = ControlMessage.Commit.class, name = "commit")
})
sealed interface ControlMessage {
  /** The type of the DoAction. */
  String ACTION = "sparkflight.control";

  /** Make a statement known. */
  record Open(OpenStatement statement) implements ControlMessage {}

  /** Commit these attempts. */
  record Commit(StatementHandle statement, List<AttemptRecord> records) implements ControlMessage {}

  ObjectMapper JSON = new ObjectMapper();
  String PURPOSE = "control";

  default byte[] encode(Signer signer) {
    try {
      byte[] body = JSON.writeValueAsBytes(this);
      byte[] signature = signer.sign(PURPOSE, body);
      byte[] message = Arrays.copyOf(signature, signature.length + body.length);
      System.arraycopy(body, 0, message, signature.length, body.length);
      return message;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A control message is always valid JSON", e);
    }
  }

  static ControlMessage decode(byte[] message, Signer signer) {
    byte[] body =
        Arrays.copyOfRange(message, Math.min(Signer.BYTES, message.length), message.length);
    byte[] signature = Arrays.copyOf(message, Signer.BYTES);
    if (!signer.verifies(PURPOSE, body, signature)) {
      throw new FlightFailure(
          ErrorKind.UNAUTHORIZED,
          "Cannot take this request: it is not signed by a server of this cluster. All servers need the"
              + " same spark.flight.cluster.secret.");
    }
    try {
      return JSON.readValue(body, ControlMessage.class);
    } catch (IOException e) {
      throw new FlightFailure(
          ErrorKind.INVALID,
          "Cannot take this request: it is not a control message. Run one version on all servers.",
          e);
    }
  }
}
