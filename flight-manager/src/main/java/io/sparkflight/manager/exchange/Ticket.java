package io.sparkflight.manager.exchange;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.StatementHandle;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The right to read one endpoint: the statement and the server that holds it, signed.
 *
 * @param statement the statement
 * @param incarnation the server, 16 hexadecimal digits
 */
record Ticket(StatementHandle statement, String incarnation) {
  private static final int MAGIC = 0x53465431; // "SFT1"
  private static final int INCARNATION_BYTES = 8;
  private static final int BODY = Integer.BYTES + StatementHandle.BYTES + INCARNATION_BYTES;
  private static final String PURPOSE = "ticket";

  /** Whether the bytes begin as a ticket does. */
  static boolean recognises(byte[] bytes) {
    return bytes.length >= Integer.BYTES && ByteBuffer.wrap(bytes).getInt() == MAGIC;
  }

  byte[] encode(Signer signer) {
    ByteBuffer body = ByteBuffer.allocate(BODY).putInt(MAGIC);
    statement.writeTo(body);
    body.put(HexFormat.of().parseHex(incarnation));
    byte[] signature = signer.sign(PURPOSE, body.array());
    return ByteBuffer.allocate(BODY + signature.length).put(body.array()).put(signature).array();
  }

  static Ticket decode(byte[] bytes, Signer signer) {
    if (bytes.length != BODY + Signer.BYTES
        || !recognises(bytes)
        || !signer.verifies(
            PURPOSE, Arrays.copyOf(bytes, BODY), Arrays.copyOfRange(bytes, BODY, bytes.length))) {
      throw new FlightFailure(
          ErrorKind.UNAUTHENTICATED,
          "Cannot read this ticket: this server did not issue it, or it was changed on the way. If the"
              + " server was restarted since, execute the statement again.");
    }
    ByteBuffer body = ByteBuffer.wrap(bytes, Integer.BYTES, BODY - Integer.BYTES);
    StatementHandle statement = StatementHandle.readFrom(body);
    byte[] incarnation = new byte[INCARNATION_BYTES];
    body.get(incarnation);
    return new Ticket(statement, HexFormat.of().formatHex(incarnation));
  }
}
