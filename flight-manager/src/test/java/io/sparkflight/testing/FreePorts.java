package io.sparkflight.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that have to be told theirs before they start, or keep it when they start
 * again. Thread-safe.
 */
public final class FreePorts {
  private static final int LEAST = 15_000;
  private static final int FIRST_OUTGOING = 32_768;

  private static final Set<Integer> TAKEN = ConcurrentHashMap.newKeySet();

  private FreePorts() {}

  /**
   * A port of the loopback interface that is free now, is given to nobody else in this process, and
   * is below those that the system gives to outgoing connections: one of these might take it before
   * the server does, or while the server is down.
   */
  public static int take() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(LEAST, FIRST_OUTGOING);
      if (isFree(port) && TAKEN.add(port)) {
        return port;
      }
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return probe.isBound();
    } catch (IOException e) {
      return false; // another one, then
    }
  }
}
