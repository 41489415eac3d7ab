package io.sparkflight.datasource.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A real server behind a door that lets all calls through but those that tell what is special in
 * it: for its clients it is any Flight SQL server, which takes messages as large as gRPC does by
 * itself, 4 MiB. Answers may get lost in the door, and rows spoilt.
 */
public final class ForeignServer implements AutoCloseable {
  /** The call by which a client finds actions that are not standard. */
  public static final String ACTIONS = "ListActions";

  /** The command by which a client asks for what the server can. */
  public static final String SQL_INFO = "CommandGetSqlInfo";

  /** Bytes of messages that are rows, and not what is asked or told about them. */
  private static final int LONG = 10_000;

  private final Set<String> hidden;
  private final Queue<Status> lost = new ConcurrentLinkedQueue<>();
  private volatile String word = "";
  private volatile boolean spoils;
  private final ManagedChannel behind;
  private final Server door;

  private ForeignServer(URI server, Set<String> hidden) {
    this.hidden = hidden;
    this.behind =
        NettyChannelBuilder.forAddress(server.getHost(), server.getPort()).usePlaintext().build();
    this.door =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .fallbackHandlerRegistry(
                new HandlerRegistry() {
                  @Override
                  public ServerMethodDefinition<?, ?> lookupMethod(
                      String method, @Nullable String authority) {
                    return ServerMethodDefinition.create(any(method), new Door());
                  }
                })
            .build();
  }

  /** Before a server, which stays the caller's. */
  public static ForeignServer before(String uri, Set<String> hidden) {
    ForeignServer server = new ForeignServer(URI.create(uri), hidden);
    try {
      server.door.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Has the next calls that contain a word end so, whatever the server has done and said. */
  public void loseAnswers(String calls, Status... instead) {
    word = calls;
    lost.addAll(List.of(instead));
  }

  /** Has a byte in the middle of each long answer of DoGet be another one from now on. */
  public void spoilRows() {
    spoils = true;
  }

  /** Where to connect. */
  public String uri() {
    return "grpc://127.0.0.1:" + door.getPort();
  }

  @Override
  public void close() {
    door.shutdownNow();
    behind.shutdownNow();
  }

  private static MethodDescriptor<byte[], byte[]> any(String method) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setFullMethodName(method)
        .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
        .setRequestMarshaller(new Bytes())
        .setResponseMarshaller(new Bytes())
        .build();
  }

  /** Messages as they are. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream message) {
      try {
        return message.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Hands a call on, one message at a time in each direction. */
  private final class Door implements ServerCallHandler<byte[], byte[]> {
    @Override
    public ServerCall.Listener<byte[]> startCall(
        ServerCall<byte[], byte[]> call, Metadata headers) {
      if (hidden.contains(call.getMethodDescriptor().getBareMethodName())) {
        call.close(Status.UNIMPLEMENTED, new Metadata());
        return new ServerCall.Listener<>() {};
      }
      ClientCall<byte[], byte[]> on =
          behind.newCall(any(call.getMethodDescriptor().getFullMethodName()), CallOptions.DEFAULT);
      Answers answers = new Answers(call, on);
      on.start(answers, headers);
      on.request(1);
      call.request(1);
      return new Questions(call, on, answers);
    }
  }

  /** From the client to the server. */
  private final class Questions extends ServerCall.Listener<byte[]> {
    private final ServerCall<byte[], byte[]> call;
    private final ClientCall<byte[], byte[]> on;

    private final Answers answers;

    Questions(ServerCall<byte[], byte[]> call, ClientCall<byte[], byte[]> on, Answers answers) {
      this.call = call;
      this.on = on;
      this.answers = answers;
    }

    @Override
    public void onMessage(byte[] message) {
      boolean small = message.length < LONG;
      if (small && hidden.stream().anyMatch(new String(message, ISO_8859_1)::contains)) {
        on.cancel("hidden", null);
        call.close(Status.UNIMPLEMENTED, new Metadata());
        return;
      }
      if (small && !lost.isEmpty() && new String(message, ISO_8859_1).contains(word)) {
        answers.lost = lost.poll();
      }
      on.sendMessage(message);
      call.request(1);
    }

    @Override
    public void onHalfClose() {
      on.halfClose();
    }

    @Override
    public void onCancel() {
      on.cancel("the client has left", null);
    }
  }

  /** From the server to the client. */
  private final class Answers extends ClientCall.Listener<byte[]> {
    private final ServerCall<byte[], byte[]> call;
    private final ClientCall<byte[], byte[]> on;
    private volatile @Nullable Status lost;

    Answers(ServerCall<byte[], byte[]> call, ClientCall<byte[], byte[]> on) {
      this.call = call;
      this.on = on;
    }

    @Override
    public void onHeaders(Metadata headers) {
      call.sendHeaders(headers);
    }

    @Override
    public void onMessage(byte[] message) {
      if (lost == null) {
        boolean rows = call.getMethodDescriptor().getBareMethodName().equals("DoGet");
        if (spoils && rows && message.length >= LONG) {
          message[message.length / 2] ^= 1;
        }
        call.sendMessage(message);
      }
      on.request(1);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      Status instead = lost;
      if (instead != null) {
        call.close(instead, new Metadata());
      } else if (!status.getCode().equals(Status.Code.CANCELLED)) {
        call.close(status, trailers);
      }
    }
  }
}
