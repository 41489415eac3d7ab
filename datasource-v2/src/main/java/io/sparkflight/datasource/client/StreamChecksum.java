package io.sparkflight.datasource.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.grpc.stub.AbstractStub;
import io.sparkflight.checksum.FrameChecksums;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.OptionalInt;
import org.apache.arrow.flight.CallOptions.GrpcCallOption;

/**
 * The checksum of the batches of one stream as they come, before Arrow parses them: what a Spark
 * Flight SQL server names {@code crc} in its last message. An option of the one call that is
 * counted.
 *
 * <p>Threading: gRPC parses the messages of a call one after the other, and the reader gets each,
 * and the end, through a queue: after the end, it sees them all.
 *
 * <p>Memory: gRPC keeps the buffers of a message until it is parsed, and not a copy of them.
 */
public final class StreamChecksum implements GrpcCallOption, ClientInterceptor {
  private long value = FrameChecksums.NONE;

  /** Of all batches, after the stream has ended. */
  public long value() {
    return value;
  }

  @Override
  public <T extends AbstractStub<T>> T wrapStub(T stub) {
    return stub.withInterceptors(this);
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    MethodDescriptor.Marshaller<A> parser = method.getResponseMarshaller();
    return next.newCall(
        method.toBuilder(method.getRequestMarshaller(), new Counting<>(parser)).build(), options);
  }

  /**
   * Counts a message.
   *
   * @return the same message from its beginning
   */
  InputStream count(InputStream message) throws IOException {
    boolean again = MessageChecksum.isViewed(message) && message.markSupported();
    InputStream twice = again ? message : new ByteArrayInputStream(message.readAllBytes());
    twice.mark(Integer.MAX_VALUE);
    OptionalInt batch = MessageChecksum.ofBatch(twice);
    twice.reset();
    if (batch.isPresent()) {
      value = FrameChecksums.chain(value, batch.getAsInt());
    }
    return twice;
  }

  /** Counts what another one parses. */
  private final class Counting<A> implements MethodDescriptor.Marshaller<A> {
    private final MethodDescriptor.Marshaller<A> parser;

    Counting(MethodDescriptor.Marshaller<A> parser) {
      this.parser = parser;
    }

    @Override
    public InputStream stream(A message) {
      return parser.stream(message);
    }

    @Override
    public A parse(InputStream message) {
      try {
        return parser.parse(count(message));
      } catch (IOException e) {
        throw new UncheckedIOException(e); // ends the call
      }
    }
  }
}
