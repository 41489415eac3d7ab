package io.sparkflight.bundle;

import io.sparkflight.lifecycle.Threads;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;

/**
 * A hop that hands on one connection in pieces of uneven size, as networks do and loopback seldom.
 *
 * <p>A few bytes read on their own, and again a few, are what makes gRPC join its buffers; so they
 * decide whether it does so rightly.
 */
final class TricklingRelay implements AutoCloseable {
  private static final int CHUNK = 64 * 1024;
  private static final int LARGEST_DROP = 400;
  private static final int CHUNKS_BETWEEN_DROPS = 16;
  private static final long PAUSE_NANOS = 50_000;

  private final int target;
  private final ExecutorService threads = Threads.pool("trickling-relay");
  private final List<Closeable> sockets = new CopyOnWriteArrayList<>();

  TricklingRelay(int target) {
    this.target = target;
  }

  /** Listens, and returns the port. */
  int start() throws IOException {
    ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    sockets.add(listener);
    threads.execute(() -> relay(listener));
    return listener.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    for (Closeable socket : sockets) {
      socket.close();
    }
    Threads.stop(threads);
  }

  private void relay(ServerSocket listener) {
    try (Socket near = listener.accept();
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target)) {
      sockets.add(near);
      sockets.add(far);
      far.setTcpNoDelay(true);
      threads.execute(() -> copyBack(far, near));
      trickle(near.getInputStream(), far.getOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void trickle(InputStream in, OutputStream out) throws IOException {
    Random sizes = new Random(1);
    byte[] chunk = new byte[CHUNK];
    long chunks = 0;
    for (int length = in.read(chunk); length > 0; length = in.read(chunk)) {
      int from = 0;
      if (++chunks % CHUNKS_BETWEEN_DROPS == 0) {
        for (int drop = 0; drop < 3; drop++) {
          int size = Math.min(length - from, 1 + sizes.nextInt(LARGEST_DROP));
          out.write(chunk, from, size);
          from += size;
          LockSupport.parkNanos(PAUSE_NANOS); // so that the receiver reads these bytes alone
        }
      }
      out.write(chunk, from, length - from);
    }
  }

  private static void copyBack(Socket far, Socket near) {
    try {
      far.getInputStream().transferTo(near.getOutputStream());
    } catch (IOException e) {
      // The other direction closes both sockets when the sender is done.
      if (!far.isClosed() && !near.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
