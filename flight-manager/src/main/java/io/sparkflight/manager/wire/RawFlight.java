package io.sparkflight.manager.wire;

import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.FlightProducer;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Puts handlers that see raw messages in front of single methods of a stock Flight server. The
 * other methods, TLS and middleware stay as Flight made them.
 *
 * <p>How: a gRPC server takes the later of two services with one name, and Flight lets its builder
 * be changed through the transport hint {@code grpc.builderConsumer}.
 */
public final class RawFlight {
  private static final String SERVICE = "arrow.flight.protocol.FlightService";

  /** Hands message bytes through as they are. */
  private static final MethodDescriptor.Marshaller<InputStream> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(InputStream value) {
          return value;
        }

        @Override
        public InputStream parse(InputStream stream) {
          return stream;
        }
      };

  private static final int KEEP_ALIVE_SECONDS = 30;

  /** DoGet as bytes. */
  public static final MethodDescriptor<InputStream, InputStream> DO_GET =
      method("DoGet", MethodDescriptor.MethodType.SERVER_STREAMING);

  /** DoPut as bytes. */
  public static final MethodDescriptor<InputStream, InputStream> DO_PUT =
      method("DoPut", MethodDescriptor.MethodType.BIDI_STREAMING);

  /** The stock methods that read Arrow from clients. */
  private static final Map<String, String> UPLOADS =
      Map.of(
          DO_PUT.getFullMethodName(), "DoPut",
          MethodDescriptor.generateFullMethodName(SERVICE, "DoExchange"), "DoExchange");

  private final Map<String, UnaryOperator<ServerCallHandler<InputStream, InputStream>>> handlers =
      new HashMap<>();

  private UploadLimits uploadLimits = UploadLimits.NONE;

  /** Sets what uploads may take. */
  public RawFlight uploads(UploadLimits limits) {
    uploadLimits = limits;
    return this;
  }

  /** Puts a handler in front of a method; it gets the stock handler for what is not its own. */
  public RawFlight handle(
      MethodDescriptor<InputStream, InputStream> method,
      UnaryOperator<ServerCallHandler<InputStream, InputStream>> handler) {
    handlers.put(method.getFullMethodName(), handler);
    return this;
  }

  /**
   * Installs the handlers on a server that is being built around {@code producer}. Where it stays
   * the stock method that takes Arrow, its messages are checked first.
   */
  @SuppressWarnings(
      "deprecation") // Flight's factory still asks for the handler of its old handshake
  public void install(
      FlightServer.Builder builder,
      BufferAllocator allocator,
      FlightProducer producer,
      ExecutorService executor) {
    ServerServiceDefinition stock =
        FlightGrpcUtils.createFlightService(
                allocator, producer, org.apache.arrow.flight.auth.ServerAuthHandler.NO_OP, executor)
            .bindService();
    ServerServiceDefinition raw = ServerInterceptors.useMarshalledMessages(stock, BYTES);
    ServerServiceDefinition.Builder merged = ServerServiceDefinition.builder(SERVICE);
    for (ServerMethodDefinition<?, ?> method : stock.getMethods()) {
      String name = method.getMethodDescriptor().getFullMethodName();
      ServerMethodDefinition<?, ?> chosen =
          handler(name, allocator)
              .<ServerMethodDefinition<?, ?>>map(handler -> wrap(raw, name, handler))
              .orElse(method);
      merged.addMethod(chosen);
    }
    // A peer that vanished without a word would hold its call, and what it holds, for ever.
    Consumer<NettyServerBuilder> swap =
        grpc ->
            grpc.addService(merged.build())
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
    builder.transportHint("grpc.builderConsumer", swap);
  }

  private Optional<UnaryOperator<ServerCallHandler<InputStream, InputStream>>> handler(
      String method, BufferAllocator allocator) {
    String upload = UPLOADS.get(method);
    return Optional.ofNullable(handlers.get(method))
        .or(
            () ->
                Optional.ofNullable(upload)
                    .map(name -> stock -> new CheckedUpload(name, uploadLimits, allocator, stock)));
  }

  @SuppressWarnings("unchecked") // useMarshalledMessages has made every method one of InputStreams
  private static ServerMethodDefinition<InputStream, InputStream> wrap(
      ServerServiceDefinition raw,
      String name,
      UnaryOperator<ServerCallHandler<InputStream, InputStream>> handler) {
    ServerMethodDefinition<InputStream, InputStream> method =
        (ServerMethodDefinition<InputStream, InputStream>) raw.getMethod(name);
    return method.withServerCallHandler(handler.apply(method.getServerCallHandler()));
  }

  private static MethodDescriptor<InputStream, InputStream> method(
      String name, MethodDescriptor.MethodType type) {
    return MethodDescriptor.<InputStream, InputStream>newBuilder()
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .setRequestMarshaller(BYTES)
        .setResponseMarshaller(BYTES)
        .build();
  }
}
