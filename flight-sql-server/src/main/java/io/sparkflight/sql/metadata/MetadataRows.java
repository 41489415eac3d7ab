package io.sparkflight.sql.metadata;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a metadata result, to be sent at once. A value is a String, a Boolean, an Integer, a byte
 * array, a list of Strings or null, as the schema's column wants.
 */
final class MetadataRows {
  private static final int BATCH = 500;

  private MetadataRows() {}

  static void send(
      BufferAllocator allocator,
      Schema schema,
      List<@Nullable Object[]> rows,
      ServerStreamListener listener) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
      listener.start(root);
      for (int from = 0; from < rows.size(); from += BATCH) {
        List<@Nullable Object[]> batch = rows.subList(from, Math.min(rows.size(), from + BATCH));
        root.allocateNew();
        for (int row = 0; row < batch.size(); row++) {
          for (int column = 0; column < schema.getFields().size(); column++) {
            set(root.getVector(column), row, batch.get(row)[column]);
          }
        }
        root.setRowCount(batch.size());
        listener.putNext();
      }
      listener.completed();
    }
  }

  private static void set(FieldVector vector, int row, @Nullable Object value) {
    if (value == null) {
      vector.setNull(row);
    } else if (vector instanceof VarCharVector texts) {
      texts.setSafe(row, ((String) value).getBytes(StandardCharsets.UTF_8));
    } else if (vector instanceof IntVector numbers) {
      numbers.setSafe(row, (Integer) value);
    } else if (vector instanceof BitVector flags) {
      flags.setSafe(row, Boolean.TRUE.equals(value) ? 1 : 0);
    } else if (vector instanceof VarBinaryVector binaries) {
      binaries.setSafe(row, (byte[]) value);
    } else if (vector instanceof ListVector lists) {
      write(lists, row, (List<?>) value);
    } else {
      throw new IllegalArgumentException("no metadata column has the type " + vector.getField());
    }
  }

  private static void write(ListVector lists, int row, List<?> texts) {
    UnionListWriter writer = lists.getWriter();
    writer.setPosition(row);
    writer.startList();
    texts.forEach(text -> writer.writeVarChar((String) text));
    writer.endList();
  }
}
