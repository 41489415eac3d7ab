package io.sparkflight.manager.run;

import io.sparkflight.lifecycle.Threads;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hop to a server that can fall silent: from then on it takes nothing and gives nothing, in
 * either direction, and closes nothing; as if the client's machine had lost its power.
 */
final class SilentRelay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SilentRelay.class);
  private static final int CHUNK = 16 << 10;

  private final int target;
  private final ExecutorService threads = Threads.pool("silent-relay");
  private final List<Closeable> sockets = new CopyOnWriteArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean silent;

  SilentRelay(int target) {
    this.target = target;
  }

  /** Listens, and returns the port. */
  int start() throws IOException {
    ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    sockets.add(listener);
    threads.execute(() -> accept(listener));
    return listener.getLocalPort();
  }

  void fallSilent() {
    silent = true;
  }

  @Override
  public void close() {
    over.countDown();
    for (Closeable socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        LOG.warn("Cannot close a socket of the relay", e);
      }
    }
    Threads.stop(threads);
  }

  private void accept(ServerSocket listener) {
    try {
      while (true) {
        Socket near = listener.accept();
        sockets.add(near);
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(far);
        threads.execute(() -> copy(near, far));
        threads.execute(() -> copy(far, near));
      }
    } catch (IOException closed) {
      LOG.debug("The relay is closed", closed);
    }
  }

  private void copy(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] chunk = new byte[CHUNK];
      for (int length = in.read(chunk); length > 0; length = in.read(chunk)) {
        if (silent) {
          over.await();
          return;
        }
        out.write(chunk, 0, length);
      }
    } catch (IOException closed) {
      LOG.debug("A relayed connection has ended", closed);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
