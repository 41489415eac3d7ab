package io.sparkflight.manager.exchange;

import io.grpc.Channel;
import io.sparkflight.manager.ResultStream;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.StatementHandle;
import java.io.Serializable;
import java.util.function.Supplier;

/**
 * The right to read what one server keeps under one handle, and no other: what a Spark task is
 * given instead of the cluster's secret.
 *
 * @param high the handle's first half
 * @param low the handle's second half
 * @param holder the incarnation of the server
 * @param owner whose it is
 * @param signed the same for that server, signed by it
 */
@SuppressWarnings("ArrayRecordComponent") // opaque bytes that nobody compares
public record ReadRight(long high, long low, String holder, String owner, byte[] signed)
    implements Serializable {

  /** The right to read what this server keeps for a user. */
  public static ReadRight of(StatementHandle handle, String holder, String owner, Signer signer) {
    Ticket ticket = Ticket.whole(handle, holder, holder);
    return new ReadRight(
        handle.high(),
        handle.low(),
        holder,
        owner,
        new ForwardedTicket(ticket.encode(signer), owner).encode(signer));
  }

  /**
   * Reads it, from this process if the server is here. The caller closes the stream.
   *
   * @param server what errors call the server
   * @param channel to its internal port
   */
  public ResultStream open(String server, Supplier<Channel> channel) {
    Exchange local = Exchange.inProcess(holder);
    return local == null
        ? ForwardedStream.open(channel.get(), server, signed)
        : local.read(Ticket.whole(new StatementHandle(high, low), holder, holder), owner);
  }
}
