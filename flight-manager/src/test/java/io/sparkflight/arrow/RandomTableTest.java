package io.sparkflight.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.arrow.column.ArrowColumns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;

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

  /** From Spark to Arrow and back again, through the columns that read what clients upload. */
  @Property(tries = 300)
  void sparkReadsItsOwnRowsAgain(@ForAll long seed) throws IOException {
    RandomTable table = RandomTable.of(seed, 100);
    List<byte[]> frames = new ArrayList<>();
    frames.add(Frames.schema(SparkArrowSchema.of(table.schema(), "Europe/Berlin")));
    encodeRows(table.schema(), new BatchLimits(5_000, 30), table.rows())
        .forEach(frame -> frames.add(frame.bytes()));
    Iterator<byte[]> next = frames.iterator();
    UnsafeProjection projection = UnsafeProjection.create(table.schema());
    List<InternalRow> read = new ArrayList<>();
    try (BufferAllocator memory = new RootAllocator();
        FrameVectors vectors =
            new FrameVectors(memory, () -> next.hasNext() ? next.next() : null)) {
      while (vectors.loadNextBatch()) {
        ArrowColumns.batch(vectors.getVectorSchemaRoot(), vectors)
            .rowIterator()
            .forEachRemaining(row -> read.add(projection.apply(row).copy()));
      }
    }
    assertThat(read).isEqualTo(table.unsafeRows());
  }

  @Property(tries = 300)
  void arrowReadsTheColumns(
      @ForAll long seed,
      @ForAll Vectors vectors,
      @ForAll @IntRange(min = 1, max = 20_000) int targetBytes,
      @ForAll @IntRange(min = 1, max = 300) int maxRows,
      @ForAll @IntRange(min = 1, max = 100) int batchSize,
      @ForAll Compression compression) {
    RandomTable table = RandomTable.ofVectors(seed, 200);
    BatchLimits limits = new BatchLimits(targetBytes, maxRows);
    List<ColumnarBatch> batches = vectors.batches(table.schema(), table.rows(), batchSize);
    List<BatchFrame> frames = new ArrayList<>();
    new ColumnEncoder(table.schema(), limits, compression)
        .encode(batches.iterator())
        .forEachRemaining(frames::add);
    batches.forEach(ColumnarBatch::close);
    assertReadBack(table.schema(), limits, frames, table.rows());
  }

  @Property(tries = 100)
  void aBatchOfRowsIsClosedAtItsBytes(
      @ForAll long seed, @ForAll @IntRange(min = 10_000, max = 40_000) int targetBytes) {
    RandomTable table = RandomTable.of(seed, 2_000);
    BatchLimits limits = new BatchLimits(targetBytes, Integer.MAX_VALUE);
    List<BatchFrame> frames = encodeRows(table.schema(), limits, table.rows());
    assertClosedInTime(table, limits, frames, 1);
  }

  @Property(tries = 100)
  void aBatchOfColumnsIsClosedAtItsBytes(
      @ForAll long seed,
      @ForAll @IntRange(min = 10_000, max = 40_000) int targetBytes,
      @ForAll @IntRange(min = 1, max = 10) int batchSize) {
    RandomTable table = RandomTable.ofVectors(seed, 2_000);
    BatchLimits limits = new BatchLimits(targetBytes, Integer.MAX_VALUE);
    List<ColumnarBatch> batches = Vectors.ON_HEAP.batches(table.schema(), table.rows(), batchSize);
    List<BatchFrame> frames = new ArrayList<>();
    new ColumnEncoder(table.schema(), limits, Compression.NONE)
        .encode(batches.iterator())
        .forEachRemaining(frames::add);
    batches.forEach(ColumnarBatch::close);
    assertClosedInTime(table, limits, frames, batchSize);
  }

  /** What is nested pays a bit for every level, which ADBC's limit counts too. */
  @Example
  void rowsOfDeepElementsStayBelowTheHardLimit() {
    DataType element = DataTypes.ByteType;
    for (int level = 0; level < 6; level++) {
      element = new StructType().add("s", element);
    }
    StructType schema = new StructType().add("a", new ArrayType(element, true));
    List<InternalRow> rows = List.of(deepRow(3_900_000), deepRow(7_000_000));
    List<BatchFrame> frames = encodeRows(schema, new BatchLimits(4 << 20, 1000), rows);
    assertThat(frames.stream().mapToInt(BatchFrame::rows).sum()).isEqualTo(2);
    assertThat(frames)
        .allMatch(
            frame -> frame.rows() == 1 || frame.bytes().length <= BatchLimits.HARD_BYTES + 4096);
  }

  /** An array that has a null at each level, so that no level goes without its bits. */
  private static InternalRow deepRow(int elements) {
    Object[] values = new Object[elements];
    InternalRow full = deep((byte) 1, 6);
    for (int i = 0; i < elements; i++) {
      values[i] = i <= 6 ? deep(null, i) : full;
    }
    return new GenericInternalRow(new Object[] {new GenericArrayData(values)});
  }

  private static @Nullable InternalRow deep(@Nullable Object innermost, int levels) {
    Object value = innermost;
    for (int level = 0; level < levels; level++) {
      value = new GenericInternalRow(new Object[] {value});
    }
    return (InternalRow) value;
  }

  /** A frame without the rows that filled it would not have been full. */
  private static void assertClosedInTime(
      RandomTable table, BatchLimits limits, List<BatchFrame> frames, int rowsAtOnce) {
    BatchLimits none = new BatchLimits(Long.MAX_VALUE, Integer.MAX_VALUE);
    int from = 0;
    for (BatchFrame frame : frames) {
      int to = from + frame.rows();
      if (frame.rows() > rowsAtOnce) {
        List<InternalRow> before = table.rows().subList(from, to - rowsAtOnce);
        assertThat(encodeRows(table.schema(), none, before))
            .singleElement()
            .extracting(shorter -> (long) shorter.bytes().length)
            .asInstanceOf(InstanceOfAssertFactories.LONG)
            .isLessThan(limits.targetBytes() + overhead(table.schema()));
      }
      from = to;
    }
  }

  /** The header, and for each buffer its place there, its padding, a list's one offset more. */
  private static long overhead(DataType type) {
    if (type instanceof StructType struct) {
      return Arrays.stream(struct.fields()).mapToLong(f -> overhead(f.dataType())).sum() + 150;
    } else if (type instanceof ArrayType array) {
      return overhead(array.elementType()) + 150;
    } else if (type instanceof MapType map) {
      return overhead(map.keyType()) + overhead(map.valueType()) + 300;
    }
    return 150;
  }

  private static List<BatchFrame> encodeRows(
      StructType schema, BatchLimits limits, List<InternalRow> rows) {
    List<BatchFrame> frames = new ArrayList<>();
    new RowEncoder(schema, limits, Compression.NONE)
        .encode(rows.iterator())
        .forEachRemaining(frames::add);
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
