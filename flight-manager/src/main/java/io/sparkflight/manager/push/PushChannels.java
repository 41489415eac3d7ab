package io.sparkflight.manager.push;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The connections of one executor, one per server and shared by its tasks. An executor has no start
 * and no end that user code sees, so they live in the class; an unused connection closes its socket
 * by itself, and only the most recent servers are remembered.
 */
public final class PushChannels {
  private static final int MOST = 256;
  private static final long IDLE_SECONDS = 30;
  private static final Map<PushTarget, ManagedChannel> OPEN = new LinkedHashMap<>(16, 0.75f, true);

  private PushChannels() {}

  /** The connection to a server, which stays this class's. */
  public static ManagedChannel to(PushTarget target) {
    synchronized (OPEN) {
      ManagedChannel channel = OPEN.computeIfAbsent(target, PushChannels::connect);
      if (OPEN.size() > MOST) {
        PushTarget oldest = OPEN.keySet().iterator().next();
        OPEN.remove(oldest).shutdown();
      }
      return channel;
    }
  }

  private static ManagedChannel connect(PushTarget target) {
    return NettyChannelBuilder.forAddress(target.host(), target.port())
        .usePlaintext()
        .maxInboundMessageSize(Integer.MAX_VALUE) // the rows of this cluster's own servers
        .idleTimeout(IDLE_SECONDS, TimeUnit.SECONDS)
        .build();
  }
}
