package io.sparkflight.manager.exchange;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Signer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A ticket that a client gave to another server than the one that keeps its rows, on its way to
 * that one: with the user, whom only the first server knows, and signed by it.
 *
 * @param ticket as the client sent it
 * @param user who sent it
 */
@SuppressWarnings("ArrayRecordComponent") // opaque bytes that nobody compares
record ForwardedTicket(byte[] ticket, String user) {
  private static final int MAGIC = 0x53464631; // "SFF1"
  private static final String PURPOSE = "forward";

  /** Whether the bytes begin as a forwarded ticket does. */
  static boolean recognises(byte[] bytes) {
    return bytes.length >= Integer.BYTES && ByteBuffer.wrap(bytes).getInt() == MAGIC;
  }

  byte[] encode(Signer signer) {
    byte[] name = user.getBytes(StandardCharsets.UTF_8);
    ByteBuffer body = ByteBuffer.allocate(2 * Integer.BYTES + ticket.length + name.length);
    body.putInt(MAGIC).putInt(ticket.length).put(ticket).put(name);
    return signer.seal(PURPOSE, body.array());
  }

  static ForwardedTicket decode(byte[] bytes, Signer signer) {
    ByteBuffer body =
        ByteBuffer.wrap(
            signer
                .unseal(PURPOSE, bytes)
                .orElseThrow(
                    () ->
                        new FlightFailure(
                            ErrorKind.UNAUTHORIZED,
                            "Cannot read this ticket: it was not forwarded by a server of this"
                                + " cluster. All servers need the same"
                                + " spark.flight.cluster.secret.")));
    byte[] ticket = new byte[body.position(Integer.BYTES).getInt()];
    body.get(ticket);
    byte[] name = new byte[body.remaining()];
    body.get(name);
    return new ForwardedTicket(ticket, new String(name, StandardCharsets.UTF_8));
  }
}
