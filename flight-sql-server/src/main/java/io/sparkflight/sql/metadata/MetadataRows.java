package io.sparkflight.sql.metadata;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
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
 * Rows of a metadata result on their way to the client. A value is a String, a Boolean, an Integer,
 * a byte array, a list of Strings or null, as the schema's column wants.
 */
final class MetadataRows {
  /**
   * Below the 16 MiB that ADBC's clients take, and as much as possible: version 18.3 of the JDBC
   * driver shows a value of an earlier batch where a later one has null.
   */
  private static final int BATCH_BYTES = 8 << 20;

  private MetadataRows() {}

  /** Takes rows, and sends them, as long as the client waits for them. */
  static void send(
      BufferAllocator allocator,
      Schema schema,
      Iterator<@Nullable Object[]> rows,
      ServerStreamListener listener) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
      listener.start(root);
      while (rows.hasNext() && !listener.isCancelled()) {
        root.allocateNew();
        root.setRowCount(fill(root, rows));
        listener.putNext();
      }
      listener.completed();
    }
  }

  private static int fill(VectorSchemaRoot root, Iterator<@Nullable Object[]> rows) {
    int row = 0;
    int bytes = 0;
    while (rows.hasNext() && bytes < BATCH_BYTES) {
      @Nullable Object[] values = rows.next();
      for (int column = 0; column < values.length; column++) {
        set(root.getVector(column), row, values[column]);
        bytes += size(values[column]);
      }
      row++;
    }
    return row;
  }

  /** Roughly; most of a row are names and schemas. */
  private static int size(@Nullable Object value) {
    int content =
        value instanceof byte[] binary
            ? binary.length
            : value instanceof String text ? text.length() : 0;
    return Integer.BYTES + content;
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
