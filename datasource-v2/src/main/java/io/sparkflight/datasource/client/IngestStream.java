package io.sparkflight.datasource.client;

import com.google.protobuf.InvalidProtocolBufferException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.sql.impl.FlightSql.DoPutUpdateResult;

/**
 * One bulk ingest on its way to a server, batch by batch. Closing it before {@link #finish} has
 * returned breaks it off. Used by one thread, while gRPC's tell the answer.
 */
public final class IngestStream implements AutoCloseable {
  /** Arrow's client tells nobody when it is ready; it would itself spin until then. */
  private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  /**
   * A server that takes nothing for so long counts as lost, so that a task never waits for ever.
   */
  private static final long STALL_NANOS = TimeUnit.MINUTES.toNanos(5);

  private static final long LAST_WORDS_SECONDS = 5;

  private final URI uri;
  private final Duration patience;
  private final CompletableFuture<Long> answer = new CompletableFuture<>();
  private final FlightClient.ClientStreamListener stream;

  IngestStream(
      URI uri,
      Duration patience,
      Function<FlightClient.PutListener, FlightClient.ClientStreamListener> start) {
    this.uri = uri;
    this.patience = patience;
    this.stream = start.apply(new Answers());
  }

  /**
   * Sends what the root holds now, when the server has taken nearly all that was sent before.
   *
   * @throws FlightSqlException if the server has refused it, or takes nothing any more
   */
  public void send() {
    long start = System.nanoTime();
    while (!stream.isReady() && !answer.isDone()) {
      if (System.nanoTime() - start > STALL_NANOS) {
        throw failed(CallStatus.TIMED_OUT.withDescription("it takes nothing").toRuntimeException());
      }
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted();
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    if (answer.isDone()) {
      long early = await();
      throw FlightSqlException.because(
          "Cannot ingest into %s: it has ended the upload after %d rows, before all were sent."
              .formatted(uri, early));
    }
    stream.putNext();
  }

  /**
   * Ends it, and waits for the answer.
   *
   * @return how many rows the server counted; -1 if it does not tell
   * @throws FlightSqlException if it was refused, or its end is not known
   */
  public long finish() {
    if (!answer.isDone()) {
      stream.completed();
    }
    return await();
  }

  private long await() {
    try {
      return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw failed(
          CallStatus.TIMED_OUT
              .withDescription("it has not answered within " + patience)
              .withCause(e)
              .toRuntimeException());
    } catch (ExecutionException e) {
      throw failed(e.getCause() instanceof Exception cause ? cause : e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted();
    }
  }

  private FlightSqlException failed(Exception cause) {
    return FlightSqlException.of("ingest into", uri, cause);
  }

  private FlightSqlException interrupted() {
    return failed(CallStatus.CANCELLED.withDescription("interrupted").toRuntimeException());
  }

  @Override
  public void close() {
    if (answer.isDone()) {
      return;
    }
    stream.error(CallStatus.CANCELLED.withDescription("broken off").toRuntimeException());
    try {
      long unused = answer.get(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      answer.completeExceptionally(e); // nobody waits for what was broken off
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the server says. */
  private final class Answers implements FlightClient.PutListener {
    private long rows = -1;

    @Override
    public void onNext(PutResult result) {
      try {
        byte[] bytes = new byte[(int) result.getApplicationMetadata().readableBytes()];
        result.getApplicationMetadata().getBytes(0, bytes);
        rows = DoPutUpdateResult.parseFrom(bytes).getRecordCount();
      } catch (InvalidProtocolBufferException e) { // it may have been a good one
        answer.completeExceptionally(
            CallStatus.UNKNOWN
                .withDescription("its answer cannot be read")
                .withCause(e)
                .toRuntimeException());
      }
    }

    @Override
    public void onError(Throwable failure) {
      answer.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      answer.complete(rows);
    }

    @Override
    public boolean isCancelled() {
      return answer.isDone();
    }

    @Override
    public void getResult() {
      try {
        answer.join();
      } catch (java.util.concurrent.CompletionException e) {
        throw e.getCause() instanceof FlightRuntimeException flight ? flight : e;
      }
    }
  }
}
