package io.sparkflight.relay;

import io.sparkflight.relay.FaultRelay.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

/** One connection through a {@link FaultRelay}: two sockets and a thread for each direction. */
final class RelayedConnection {
  private static final int PIECE = 64 * 1024;
  private static final long FOR_EVER = Long.MAX_VALUE / 2;

  private final FaultRelay relay;
  private final Socket caller;
  private final long seed;
  private final Socket target = new Socket();
  private final AtomicInteger running = new AtomicInteger(2);
  private volatile boolean cut;

  RelayedConnection(FaultRelay relay, Socket caller, long seed) {
    this.relay = relay;
    this.caller = caller;
    this.seed = seed;
  }

  /** Connects to the target, once the relay takes something, and hands on until the end. */
  void run(int port, ExecutorService threads) {
    try {
      Behaviour now = relay.behaviour(Direction.TO_TARGET);
      if (now == Behaviour.BLACK_HOLE) {
        relay.awaitOther(this, Direction.TO_TARGET, now, FOR_EVER);
      }
      target.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      target.setTcpNoDelay(true);
      caller.setTcpNoDelay(true);
    } catch (IOException e) {
      reset();
      return;
    }
    threads.execute(() -> pump(Direction.TO_CALLER, target, caller));
    pump(Direction.TO_TARGET, caller, target);
  }

  private void pump(Direction direction, Socket from, Socket to) {
    Way way = new Way(direction, to);
    byte[] piece = new byte[PIECE];
    try {
      for (int length = from.getInputStream().read(piece);
          length >= 0;
          length = from.getInputStream().read(piece)) {
        way.behave(piece, length);
      }
      if (!to.isOutputShutdown()) {
        to.shutdownOutput();
      }
    } catch (IOException e) {
      if (!cut) { // after which a write to the end that was shut may fail
        reset(); // what one end suffers the other is told
      }
    }
    if (running.decrementAndGet() == 0) {
      close();
    }
  }

  void reset() {
    try {
      caller.setSoLinger(true, 0);
      target.setSoLinger(true, 0);
    } catch (IOException e) {
      // It is closed already.
    }
    close();
  }

  private void cut() throws IOException {
    cut = true;
    caller.shutdownOutput();
    target.shutdownOutput();
  }

  private void close() {
    try (caller;
        target) {
      relay.ended(this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One direction of this connection. */
  private final class Way implements Hop {
    private final Direction direction;
    private final Socket to;
    private final Random random;
    private Behaviour current = Behaviour.PASS;

    Way(Direction direction, Socket to) {
      this.direction = direction;
      this.to = to;
      this.random = new Random(direction == Direction.TO_TARGET ? seed : ~seed);
    }

    void behave(byte[] piece, int length) throws IOException {
      current = relay.behaviour(direction);
      current.handOn(piece, length, this);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      if (!cut) {
        relay.count(direction, length);
        to.getOutputStream().write(bytes, from, length);
      }
    }

    @Override
    public void pause(Duration time) throws IOException {
      relay.awaitOther(RelayedConnection.this, direction, current, time.toNanos());
    }

    @Override
    public Behaviour awaitOther() throws IOException {
      current = relay.awaitOther(RelayedConnection.this, direction, current, FOR_EVER);
      return current;
    }

    @Override
    public Random random() {
      return random;
    }

    @Override
    public void reset() {
      RelayedConnection.this.reset();
    }

    @Override
    public void cut() throws IOException {
      RelayedConnection.this.cut();
    }
  }
}
