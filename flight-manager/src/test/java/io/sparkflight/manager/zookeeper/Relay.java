package io.sparkflight.manager.zookeeper;

import io.sparkflight.lifecycle.Threads;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;

/** A hop on the way to a ZooKeeper server, which a test makes silent or cuts. */
class Relay implements AutoCloseable {
  private static final int CHUNK = 8 * 1024;

  private final int target;
  private final ServerSocket listener;
  private final ExecutorService threads = Threads.pool("relay");
  private final List<Socket> sockets = new ArrayList<>();
  private Way way = Way.OPEN;

  /** What becomes of the bytes. */
  enum Way {
    OPEN,
    /** They stay here until the way is open again; nobody is told. */
    SILENT,
    /** Every connection is closed, and every new one. */
    CUT
  }

  /** Listens; connects to the target when somebody connects here. */
  Relay(int target) throws IOException {
    this.target = target;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  String connectString() {
    return "127.0.0.1:" + port();
  }

  synchronized void set(Way now) {
    way = now;
    notifyAll();
    if (now == Way.CUT) {
      sockets.forEach(Relay::drop);
      sockets.clear();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket near = listener.accept();
        if (keep(near)) {
          threads.execute(() -> connect(near));
        }
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void connect(Socket near) {
    try {
      Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
      if (keep(far)) {
        far.setTcpNoDelay(true);
        near.setTcpNoDelay(true);
        threads.execute(() -> copy(far, near, true));
        copy(near, far, false);
      }
    } catch (IOException e) {
      drop(near);
    }
  }

  private synchronized boolean keep(Socket socket) {
    if (way == Way.CUT || listener.isClosed()) {
      drop(socket);
      return false;
    }
    sockets.add(socket);
    return true;
  }

  private void copy(Socket from, Socket to, boolean back) {
    try (from;
        to) {
      DataInputStream in = new DataInputStream(from.getInputStream());
      if (back) {
        copyBack(in, to.getOutputStream());
      } else {
        copy(in, to.getOutputStream());
      }
    } catch (IOException | InterruptedException e) {
      // Either side is gone; closing both tells the other.
    }
  }

  /** Hands on what the target says. */
  void copyBack(DataInputStream in, OutputStream out) throws IOException, InterruptedException {
    copy(in, out);
  }

  private void copy(InputStream in, OutputStream out) throws IOException, InterruptedException {
    byte[] chunk = new byte[CHUNK];
    for (int length = in.read(chunk); length > 0; length = in.read(chunk)) {
      pass();
      out.write(chunk, 0, length);
    }
  }

  /** Waits while nothing may pass. */
  final synchronized void pass() throws InterruptedException {
    while (way == Way.SILENT) {
      wait();
    }
  }

  private static void drop(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    set(Way.CUT);
    Threads.stop(threads);
  }
}
