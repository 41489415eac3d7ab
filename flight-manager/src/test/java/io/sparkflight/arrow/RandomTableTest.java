package io.sparkflight.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** Both encoders against stock Arrow, over any table, without a Spark session. */
class RandomTableTest {

  @Property(tries = 300)
  void arrowReadsTheRows(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 20_000) int targetBytes,
      @ForAll @IntRange(min = 1, max = 300) int maxRows) {
    RandomTable table = RandomTable.of(seed, 200);
    BatchLimits limits = new BatchLimits(targetBytes, maxRows);
    List<BatchFrame> frames = encodeRows(table.schema(), limits, table.rows());
    assertReadBack(table.schema(), limits, frames, table.rows());
  }

  @Property(tries = 100)
  void bothFormsOfARowGiveTheSameBytes(@ForAll long seed) {
    RandomTable table = RandomTable.of(seed, 100);
    BatchLimits limits = new BatchLimits(5_000, 50);
    List<BatchFrame> unsafe = encodeRows(table.schema(), limits, table.unsafeRows());
    assertReadBack(table.schema(), limits, unsafe, table.rows());
    assertThat(unsafe)
        .extracting(BatchFrame::bytes)
        .usingRecursiveComparison()
        .isEqualTo(
            encodeRows(table.schema(), limits, table.rows()).stream()
                .map(BatchFrame::bytes)
                .toList());
  }

  @Property(tries = 300)
  void arrowReadsTheColumns(
      @ForAll long seed,
      @ForAll Vectors vectors,
      @ForAll @IntRange(min = 1, max = 20_000) int targetBytes,
      @ForAll @IntRange(min = 1, max = 300) int maxRows,
      @ForAll @IntRange(min = 1, max = 100) int batchSize) {
    RandomTable table = RandomTable.ofVectors(seed, 200);
    BatchLimits limits = new BatchLimits(targetBytes, maxRows);
    List<ColumnarBatch> batches = vectors.batches(table.schema(), table.rows(), batchSize);
    List<BatchFrame> frames = new ArrayList<>();
    new ColumnEncoder(table.schema(), limits)
        .encode(batches.iterator())
        .forEachRemaining(frames::add);
    batches.forEach(ColumnarBatch::close);
    assertReadBack(table.schema(), limits, frames, table.rows());
  }

  private static List<BatchFrame> encodeRows(
      StructType schema, BatchLimits limits, List<InternalRow> rows) {
    List<BatchFrame> frames = new ArrayList<>();
    new RowEncoder(schema, limits).encode(rows.iterator()).forEachRemaining(frames::add);
    return frames;
  }

  private static void assertReadBack(
      StructType schema, BatchLimits limits, List<BatchFrame> frames, List<InternalRow> expected) {
    assertThat(frames).allMatch(frame -> frame.rows() > 0 && frame.rows() <= limits.maxRows());
    AtomicInteger row = new AtomicInteger();
    AtomicInteger batch = new AtomicInteger();
    FrameReader.read(
        SparkArrowSchema.of(schema, "Europe/Berlin"),
        frames,
        root -> {
          assertThat(root.getRowCount()).isEqualTo(frames.get(batch.getAndIncrement()).rows());
          int from = row.getAndAdd(root.getRowCount());
          ArrowValues.assertRows(root, schema, expected.subList(from, row.get()));
        });
    assertThat(batch.get()).isEqualTo(frames.size());
    assertThat(row.get()).isEqualTo(expected.size());
  }
}
