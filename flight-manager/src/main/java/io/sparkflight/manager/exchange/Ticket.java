package io.sparkflight.manager.exchange;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.StatementHandle;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The right to read one endpoint, signed.
 *
 * @param statement the statement
 * @param holder the incarnation of the server that keeps the rows, 16 hexadecimal digits
 * @param initiator the same of the server that runs the statement
 * @param share which of the holder's frames
 */
public record Ticket(StatementHandle statement, String holder, String initiator, Share share) {
  private static final int MAGIC = 0x53465433; // "SFT3"
  private static final int INCARNATION_BYTES = 8;
  private static final int BODY =
      Integer.BYTES + StatementHandle.BYTES + 2 * INCARNATION_BYTES + 2 * Integer.BYTES;
  private static final String PURPOSE = "ticket";

  /** The right to read all that the holder keeps. */
  public static Ticket whole(StatementHandle statement, String holder, String initiator) {
    return new Ticket(statement, holder, initiator, Share.WHOLE);
  }

  /** The right to read one of several shares of what the holder keeps; they count from 0. */
  public Ticket share(int index, int of) {
    return new Ticket(statement, holder, initiator, new Share(index, of));
  }

  /** Whether the bytes begin as a ticket does. */
  public static boolean recognises(byte[] bytes) {
    return bytes.length >= Integer.BYTES && ByteBuffer.wrap(bytes).getInt() == MAGIC;
  }

  /** The form in which clients get it. */
  public byte[] encode(Signer signer) {
    ByteBuffer body = ByteBuffer.allocate(BODY).putInt(MAGIC);
    statement.writeTo(body);
    body.put(HexFormat.of().parseHex(holder)).put(HexFormat.of().parseHex(initiator));
    body.putInt(share.index()).putInt(share.of());
    return signer.seal(PURPOSE, body.array());
  }

  /**
   * Reads what a client sent.
   *
   * @throws FlightFailure UNAUTHENTICATED if no server with this secret issued it
   */
  public static Ticket decode(byte[] bytes, Signer signer) {
    byte[] sealed =
        signer
            .unseal(PURPOSE, bytes)
            .filter(body -> body.length == BODY && recognises(body))
            .orElseThrow(
                () ->
                    new FlightFailure(
                        ErrorKind.UNAUTHENTICATED,
                        "Cannot read this ticket: this server did not issue it, or it was changed on"
                            + " the way. If the server was restarted since, execute the statement"
                            + " again."));
    ByteBuffer body = ByteBuffer.wrap(sealed, Integer.BYTES, BODY - Integer.BYTES);
    StatementHandle statement = StatementHandle.readFrom(body);
    String holder = incarnation(body);
    String initiator = incarnation(body);
    return new Ticket(statement, holder, initiator, new Share(body.getInt(), body.getInt()));
  }

  private static String incarnation(ByteBuffer body) {
    byte[] incarnation = new byte[INCARNATION_BYTES];
    body.get(incarnation);
    return HexFormat.of().formatHex(incarnation);
  }
}
