package io.sparkflight.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compare.VectorEqualsVisitor;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.arrow.ArrowWriter;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.ArrowUtils;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * What both encoders write, against what Spark itself writes of the same rows: {@code
 * Dataset.toArrowBatchRdd} uses the same writer. Fields are the same, and every value bit for bit.
 */
class SparkOwnArrowTest {
  private static final String ZONE = "Europe/Berlin";
  private static final BatchLimits ONE_BATCH = new BatchLimits(Long.MAX_VALUE, Integer.MAX_VALUE);

  @Property(tries = 300)
  void rowsBecomeWhatSparkMakesOfThem(@ForAll long seed) {
    RandomTable table = RandomTable.of(seed, 100);
    StructType schema = (StructType) distinct(table.schema());
    List<BatchFrame> frames = new ArrayList<>();
    new RowEncoder(schema, ONE_BATCH, Compression.NONE)
        .encode(table.unsafeRows().iterator())
        .forEachRemaining(frames::add);
    assertAsSparkWrites(schema, table.rows(), frames);
  }

  @Property(tries = 300)
  void columnsBecomeWhatSparkMakesOfThem(@ForAll long seed, @ForAll Vectors vectors) {
    RandomTable table = RandomTable.ofVectors(seed, 100);
    StructType schema = (StructType) distinct(table.schema());
    List<ColumnarBatch> batches = vectors.batches(table.schema(), table.rows(), 40);
    List<BatchFrame> frames = new ArrayList<>();
    new ColumnEncoder(schema, ONE_BATCH, Compression.NONE)
        .encode(batches.iterator())
        .forEachRemaining(frames::add);
    batches.forEach(ColumnarBatch::close);
    assertAsSparkWrites(schema, table.rows(), frames);
  }

  private static void assertAsSparkWrites(
      StructType type, List<InternalRow> rows, List<BatchFrame> frames) {
    Schema schema = SparkArrowSchema.of(type, ZONE);
    assertThat(schema.getFields().toString()) // without the metadata, which only ours has
        .isEqualTo(ArrowUtils.toArrowSchema(type, ZONE, true, false).getFields().toString());
    assertThat(frames).hasSize(rows.isEmpty() ? 0 : 1);
    try (BufferAllocator memory = new RootAllocator();
        VectorSchemaRoot expected = VectorSchemaRoot.create(schema, memory)) {
      ArrowWriter writer = ArrowWriter.create(expected);
      rows.forEach(writer::write);
      writer.finish();
      FrameReader.read(schema, frames, root -> assertSame(root, expected));
    }
  }

  private static void assertSame(VectorSchemaRoot actual, VectorSchemaRoot expected) {
    assertThat(actual.getRowCount()).isEqualTo(expected.getRowCount());
    for (int i = 0; i < expected.getFieldVectors().size(); i++) {
      FieldVector own = actual.getVector(i);
      FieldVector sparks = expected.getVector(i);
      assertThat(VectorEqualsVisitor.vectorEquals(own, sparks))
          .as("%s%nours   %s%nSpark's %s", own.getField(), own, sparks)
          .isTrue();
    }
  }

  /** Arrow's struct vectors cannot hold two fields of one name, which Spark's structs may have. */
  private static DataType distinct(DataType type) {
    if (type instanceof StructType struct) {
      StructType other = new StructType();
      for (StructField field : struct.fields()) {
        String name = "f" + other.length();
        other = other.add(name, distinct(field.dataType()), field.nullable(), field.metadata());
      }
      return other;
    } else if (type instanceof ArrayType array) {
      return new ArrayType(distinct(array.elementType()), array.containsNull());
    } else if (type instanceof MapType map) {
      return new MapType(
          distinct(map.keyType()), distinct(map.valueType()), map.valueContainsNull());
    }
    return type;
  }
}
