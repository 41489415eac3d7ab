package io.sparkflight.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkflight.lifecycle.Closer;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.relay.FaultRelay.Direction;
import io.sparkflight.testing.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each behaviour does to a connection with a server that sends back what it gets. */
@Timeout(60)
class FaultRelayIT {
  private static final int SOON_MILLIS = 10_000;
  private static final byte[] TEXT = bytes(300_000);

  private final Closer closer = new Closer();
  private final ExecutorService threads = Threads.pool("echo");
  private FaultRelay relay;
  private Socket caller;

  @BeforeEach
  void connect() throws IOException {
    ServerSocket echo = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    closer.register("threads", () -> Threads.stop(threads));
    closer.register("echo", echo);
    threads.execute(() -> serve(echo));
    relay = closer.register("relay", FaultRelay.start(echo.getLocalPort(), 1));
    caller = dial();
  }

  @AfterEach
  void close() {
    closer.close();
  }

  @Test
  void passHandsOnBothWaysAndTheEndOfEach() throws IOException {
    assertThat(exchange(caller, TEXT)).isEqualTo(TEXT);
    assertThat(relay.passed(Direction.TO_TARGET)).isEqualTo(TEXT.length);
    caller.shutdownOutput();
    assertThat(caller.getInputStream().read()).isEqualTo(-1);
    awaitOpen(0);
  }

  @Test
  void trickleChangesNothingButTheSizeOfPieces() throws IOException {
    relay.behave(Behaviour.TRICKLE);
    assertThat(exchange(caller, TEXT)).isEqualTo(TEXT);
  }

  @Test
  void latencyIsWithinItsBounds() throws IOException {
    relay.behave(
        Direction.TO_TARGET, Behaviour.latency(Duration.ofMillis(200), Duration.ofMillis(50)));
    long begin = System.nanoTime();
    assertThat(exchange(caller, new byte[] {7})).containsExactly(7);
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(Duration.ofMillis(200), Duration.ofSeconds(5));
  }

  @Test
  void slowTakesItsTimeUntilAnotherBehaviourFollows() throws Exception {
    relay.behave(Behaviour.slow(100_000));
    long begin = System.nanoTime();
    assertThat(exchange(caller, bytes(50_000))).hasSize(50_000);
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isGreaterThanOrEqualTo(Duration.ofMillis(500));

    relay.behave(Behaviour.slow(1));
    Future<byte[]> echo = threads.submit(() -> exchange(caller, TEXT));
    assertThat(echo.isDone()).isFalse();
    relay.behave(Behaviour.PASS);
    assertThat(echo.get()).isEqualTo(TEXT);
  }

  @Test
  void blackHoleHoldsBackUntilAnotherBehaviourFollows() throws IOException {
    relay.behave(Behaviour.BLACK_HOLE);
    Socket late = dial();
    for (Socket socket : new Socket[] {caller, late}) {
      socket.getOutputStream().write(5);
      socket.setSoTimeout(300);
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
    }
    relay.behave(Behaviour.PASS);
    for (Socket socket : new Socket[] {caller, late}) {
      socket.setSoTimeout(SOON_MILLIS);
      assertThat(socket.getInputStream().read()).isEqualTo(5);
    }
  }

  @Test
  void oneDirectionMayBeABlackHole() throws IOException {
    relay.behave(Direction.TO_CALLER, Behaviour.BLACK_HOLE);
    caller.getOutputStream().write(TEXT);
    caller.setSoTimeout(300);
    assertThatThrownBy(() -> caller.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    relay.behave(Behaviour.PASS);
    caller.setSoTimeout(SOON_MILLIS);
    assertThat(caller.getInputStream().readNBytes(TEXT.length)).isEqualTo(TEXT);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 65_536, 100_000, 300_000})
  void resetAfterLetsSoManyBytesThrough(long bytes) throws IOException {
    Socket other = dial();
    relay.behave(Direction.TO_TARGET, Behaviour.resetAfter(bytes));
    assertReset(caller);
    awaitOpen(1);
    assertThat(exchange(other, TEXT)).isEqualTo(TEXT);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65_536, 100_000, 300_000})
  void cutAfterDeliversSoManyBytesAndAnOrderlyEnd(int bytes) throws IOException {
    relay.behave(Direction.TO_CALLER, Behaviour.cutAfter(bytes));
    caller.getOutputStream().write(TEXT);
    assertThat(caller.getInputStream().readAllBytes()).isEqualTo(Arrays.copyOf(TEXT, bytes));
    caller.close();
    awaitOpen(0);
  }

  @Test
  void resetEndsEveryConnectionAndLetsNewOnesIn() throws IOException {
    Socket other = dial();
    awaitOpen(2);
    assertThat(relay.resetAll()).isEqualTo(2);
    for (Socket socket : new Socket[] {caller, other}) {
      assertReset(socket);
    }
    assertThat(exchange(dial(), TEXT)).isEqualTo(TEXT);
  }

  @Test
  void theOldestConnectionCanBeResetAlone() throws IOException {
    awaitOpen(1);
    Socket other = dial();
    awaitOpen(2);
    assertThat(relay.resetOldest()).isTrue();
    assertThat(exchange(other, TEXT)).isEqualTo(TEXT);
    assertReset(caller);
  }

  @Test
  void aCallerIsResetWhenNobodyListensBehindTheRelay() throws IOException {
    FaultRelay lost = closer.register("lost relay", FaultRelay.start(FreePorts.take(), 1));
    Socket socket = closer.register("socket", dial(lost.port()));
    assertReset(socket);
  }

  /** Writes and reads in one thread, because only the first call after a reset is told of it. */
  private static void assertReset(Socket socket) {
    assertThatThrownBy(
            () -> {
              socket.getOutputStream().write(TEXT);
              socket.getOutputStream().write(1);
              socket.getInputStream().readAllBytes();
            })
        .isInstanceOf(SocketException.class);
  }

  private void awaitOpen(int connections) {
    await("connections of the relay").until(() -> relay.open() == connections);
  }

  private Socket dial() throws IOException {
    return closer.register("caller", dial(relay.port()));
  }

  private static Socket dial(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(SOON_MILLIS);
    return socket;
  }

  /** Sends bytes from another thread and reads as many. */
  private byte[] exchange(Socket socket, byte[] text) throws IOException {
    Future<?> sending =
        threads.submit(
            () -> {
              socket.getOutputStream().write(text);
              return null;
            });
    byte[] back = socket.getInputStream().readNBytes(text.length);
    sending.cancel(true);
    return back;
  }

  private void serve(ServerSocket echo) {
    try {
      while (true) {
        Socket socket = echo.accept();
        threads.execute(() -> sendBack(socket));
      }
    } catch (IOException e) {
      // The test has ended.
    }
  }

  private static void sendBack(Socket socket) {
    try (socket) {
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException e) {
      // The relay has reset it.
    }
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
