package io.sparkflight.manager;

import io.sparkflight.error.ErrorKind;
import java.util.Map;

/** How a statement ended, as its initiating server announces it to all others. */
public sealed interface Outcome {

  /**
   * The Spark action succeeded and every partition was committed.
   *
   * @param digests by incarnation, what that server must hold; a server without an entry holds
   *     nothing
   */
  record Complete(Map<String, Digest> digests) implements Outcome {
    public Complete {
      digests = Map.copyOf(digests);
    }

    /** What the server with this incarnation must have committed. */
    public Digest digestOf(String incarnation) {
      return digests.getOrDefault(incarnation, Digest.EMPTY);
    }
  }

  /** The statement failed or was cancelled; every stream of it ends with this error. */
  record Failed(ErrorKind kind, String message) implements Outcome {

    /** What those learn who wait for a statement whose initiating server is gone. */
    public static Failed initiatorLost(StatementHandle statement) {
      return new Failed(
          ErrorKind.UNAVAILABLE,
          "Cannot deliver statement %s: its initiating server was lost before it announced the outcome. Execute it again."
              .formatted(statement));
    }
  }
}
