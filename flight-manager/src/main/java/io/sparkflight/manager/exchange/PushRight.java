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

  private static final String PURPOSE = "push";

  private PushRight() {}

  /** The right for one statement. */
  public static byte[] of(Signer signer, StatementHandle statement) {
    return signer.sign(PURPOSE, bytes(statement));
  }

  static void check(Metadata headers, Signer signer, StatementHandle statement) {
    byte[] right = headers.get(HEADER);
    if (right == null || !signer.verifies(PURPOSE, bytes(statement), right)) {
      throw new FlightFailure(
          ErrorKind.UNAUTHORIZED,
          "Cannot push rows of statement %s: the caller has no right to. All servers of a cluster need"
                  .formatted(statement)
              + " the same spark.flight.cluster.secret.");
    }
  }

  private static byte[] bytes(StatementHandle statement) {
    return statement.toString().getBytes(StandardCharsets.UTF_8);
  }
}
