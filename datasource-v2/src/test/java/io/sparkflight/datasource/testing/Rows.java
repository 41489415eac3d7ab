package io.sparkflight.datasource.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sparkflight.arrow.BatchFrame;
import io.sparkflight.arrow.VectorFrames;
import io.sparkflight.manager.statement.AttemptTotals;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;

/** What a script writes into one stream: batches of an {@code id} and, if there is room, a name. */
public final class Rows implements AutoCloseable {
  private final BufferAllocator memory;
  private final ServerStreamListener stream;
  private VectorSchemaRoot root;
  private AttemptTotals sent = AttemptTotals.NONE;

  Rows(Schema schema, BufferAllocator memory, ServerStreamListener stream) {
    this.memory = memory;
    this.stream = stream;
    this.root = VectorSchemaRoot.create(schema, memory);
  }

  /** A script that sends ids from {@code begin} to before {@code end}, and ends well. */
  public static Consumer<Rows> rows(long begin, long end) {
    return rows -> rows.start().batch(begin, end).end();
  }

  /** Sends other columns than the server has announced. */
  public Rows as(Schema other) {
    root.close();
    root = VectorSchemaRoot.create(other, memory);
    return this;
  }

  /** Sends the schema. */
  public Rows start() {
    stream.start(root);
    return this;
  }

  /** Sends a batch with ids from {@code begin} to before {@code end}. */
  public Rows batch(long begin, long end) {
    fill(begin, end);
    stream.putNext();
    return this;
  }

  /**
   * Sends a batch with what a Spark Flight SQL server says in its last one.
   *
   * @param told what it says instead of how much was sent
   */
  public Rows lastBatch(long begin, long end, UnaryOperator<AttemptTotals> told) {
    fill(begin, end);
    AttemptTotals totals = told.apply(sent);
    return last(
        "{\"rows\":%d,\"batches\":%d,\"crc\":%d}"
            .formatted(totals.rows(), totals.batches(), totals.hash()));
  }

  /** Sends a batch with these words. */
  public Rows lastBatch(long begin, long end, String trailer) {
    fill(begin, end);
    return last(trailer);
  }

  private Rows last(String trailer) {
    ArrowBuf metadata = memory.buffer(trailer.length());
    metadata.writeBytes(trailer.getBytes(UTF_8));
    stream.putNext(metadata);
    return this;
  }

  private void fill(long begin, long end) {
    root.allocateNew();
    BigIntVector ids = (BigIntVector) root.getVector(0);
    LongStream.range(begin, end).forEach(id -> ids.setSafe((int) (id - begin), id));
    if (root.getFieldVectors().size() > 1 && root.getVector(1) instanceof VarCharVector names) {
      LongStream.range(begin, end)
          .forEach(id -> names.setSafe((int) (id - begin), ("n" + id).getBytes(UTF_8)));
    }
    root.setRowCount((int) (end - begin));
    BatchFrame frame = new VectorFrames(root, new MapDictionaryProvider()).batch();
    sent = sent.plus(frame.rows(), frame.bytes().length, frame.crc());
  }

  /** Ends with status OK. */
  public void end() {
    stream.completed();
  }

  /** Ends with an error. */
  public void fail(CallStatus status) {
    stream.error(status.toRuntimeException());
  }

  /** For what this class has no word for. */
  public ServerStreamListener stream() {
    return stream;
  }

  public BufferAllocator memory() {
    return memory;
  }

  @Override
  public void close() {
    root.close();
  }
}
