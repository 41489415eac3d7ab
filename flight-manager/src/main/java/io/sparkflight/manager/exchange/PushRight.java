package io.sparkflight.manager.exchange;

import io.grpc.Metadata;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.StatementHandle;
import java.nio.charset.StandardCharsets;

/**
 * The right to push rows of one statement, and no other: what a Spark task is given instead of the
 * cluster's secret.
 */
public final class PushRight {
  /** The gRPC header that carries it. */
  public static final Metadata.Key<byte[]> HEADER =
      Metadata.Key.of("x-sparkflight-push-bin", Metadata.BINARY_BYTE_MARSHALLER);

  /** The gRPC header that says of which statement. */
  public static final Metadata.Key<String> STATEMENT =
      Metadata.Key.of("x-sparkflight-statement", Metadata.ASCII_STRING_MARSHALLER);

  private static final String PURPOSE = "push";

  private PushRight() {}

  /** The right for one statement. */
  public static byte[] of(Signer signer, StatementHandle statement) {
    return signer.sign(PURPOSE, bytes(statement));
  }

  /**
   * The statement that the caller of these headers may push to; asked before a message is taken, so
   * that strangers cannot fill the memory.
   *
   * @throws FlightFailure UNAUTHORIZED if there is none
   */
  static StatementHandle check(Metadata headers, Signer signer) {
    byte[] right = headers.get(HEADER);
    String statement = headers.get(STATEMENT);
    if (right == null
        || statement == null
        || !signer.verifies(PURPOSE, statement.getBytes(StandardCharsets.UTF_8), right)) {
      throw new FlightFailure(
          ErrorKind.UNAUTHORIZED,
          "Cannot push rows here: the caller has no right to. All servers of a cluster need the same"
              + " spark.flight.cluster.secret.");
    }
    return StatementHandle.parse(statement);
  }

  private static byte[] bytes(StatementHandle statement) {
    return statement.toString().getBytes(StandardCharsets.UTF_8);
  }
}
