package io.sparkflight.relay;

import io.sparkflight.lifecycle.Threads;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A hop between callers and one port of this machine that can be told, while it runs, how badly to
 * treat what goes through it.
 *
 * <p>Concurrency: thread-safe; one thread accepts, two hand on for each connection. Behaviours and
 * connections are guarded by this object's lock.
 */
public final class FaultRelay implements AutoCloseable {
  private static final int BACKLOG = 50;

  private final int target;
  private final long seed;
  private final ExecutorService threads = Threads.pool("fault-relay");
  private final Map<Direction, Behaviour> behaviours = new EnumMap<>(Direction.class);
  private final Map<Direction, Long> passed = new EnumMap<>(Direction.class);
  private final List<RelayedConnection> connections = new ArrayList<>();
  private final ServerSocket listener;
  private boolean closed;
  private int accepted;

  private FaultRelay(int target, long seed, ServerSocket listener) {
    this.target = target;
    this.seed = seed;
    this.listener = listener;
  }

  /** Which way bytes flow. */
  public enum Direction {
    /** From whoever connects to the port behind the relay. */
    TO_TARGET,
    /** The answers. */
    TO_CALLER
  }

  /**
   * Listens on any free port, and passes everything until it is told otherwise.
   *
   * @param target the port behind it
   * @param seed of every chance that a behaviour takes
   */
  public static FaultRelay start(int target, long seed) throws IOException {
    FaultRelay relay =
        new FaultRelay(
            target, seed, new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
    relay.threads.execute(relay::accept);
    return relay;
  }

  /** Where to connect instead of to the target. */
  public int port() {
    return listener.getLocalPort();
  }

  /** The same with its host. */
  public String authority() {
    return "127.0.0.1:" + port();
  }

  /** Changes both directions, of the connections that are open as well. */
  public void behave(Behaviour behaviour) {
    for (Direction direction : Direction.values()) {
      behave(direction, behaviour);
    }
  }

  /** Ends every connection, and each new one as soon as it carries something. */
  public void refuse() {
    behave(Behaviour.REFUSE);
    resetAll();
  }

  /** Changes one direction, of the connections that are open as well. */
  public synchronized void behave(Direction direction, Behaviour behaviour) {
    behaviours.put(direction, behaviour);
    notifyAll();
  }

  /** Resets every open connection, and returns how many there were. */
  public synchronized int resetAll() {
    List<RelayedConnection> all = List.copyOf(connections);
    all.forEach(RelayedConnection::reset);
    return all.size();
  }

  /** Resets the oldest open connection; false if there is none. */
  public synchronized boolean resetOldest() {
    if (connections.isEmpty()) {
      return false;
    }
    connections.get(0).reset();
    return true;
  }

  /** How many bytes were handed on in one direction since the start. */
  public synchronized long passed(Direction direction) {
    return passed.getOrDefault(direction, 0L);
  }

  /** How many connections are open. */
  public synchronized int open() {
    return connections.size();
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    listener.close();
    resetAll();
    Threads.stop(threads);
  }

  private void accept() {
    while (true) {
      try {
        Socket caller = listener.accept();
        RelayedConnection connection = admit(caller);
        threads.execute(() -> connection.run(target, threads));
      } catch (IOException e) {
        if (listener.isClosed()) {
          return;
        }
        throw new UncheckedIOException(e);
      }
    }
  }

  private synchronized RelayedConnection admit(Socket caller) {
    RelayedConnection connection = new RelayedConnection(this, caller, seed + accepted++);
    connections.add(connection);
    return connection;
  }

  synchronized void count(Direction direction, int bytes) {
    passed.merge(direction, (long) bytes, Long::sum);
  }

  synchronized void ended(RelayedConnection connection) {
    connections.remove(connection);
    notifyAll();
  }

  synchronized Behaviour behaviour(Direction direction) {
    return behaviours.getOrDefault(direction, Behaviour.PASS);
  }

  /**
   * Waits until a direction has another behaviour than the given one, at most so many nanoseconds,
   * and returns the behaviour of then.
   */
  synchronized Behaviour awaitOther(
      RelayedConnection connection, Direction direction, Behaviour than, long nanos)
      throws IOException {
    long end = System.nanoTime() + nanos;
    try {
      for (long left = nanos;
          left > 0 && behaviour(direction) == than;
          left = end - System.nanoTime()) {
        if (closed || !connections.contains(connection)) {
          throw new IOException("the connection has ended");
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("the relay is closing").initCause(e);
    }
    return behaviour(direction);
  }
}
