package io.sparkflight.arrow;

import java.io.ByteArrayOutputStream;
import java.nio.channels.Channels;
import java.util.Iterator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.*;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.*;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

public final class RowEncoder {
  final StructType type;
  final BatchLimits limits;

  public RowEncoder(StructType schema, BatchLimits limits) {
    type = schema;
    this.limits = limits;
  }

  public Iterator<BatchFrame> encode(Iterator<InternalRow> input) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return input.hasNext();
      }

      @Override
      public BatchFrame next() {
        try (RootAllocator a = new RootAllocator();
            VectorSchemaRoot r = VectorSchemaRoot.create(SparkArrowSchema.of(type, "UTC"), a)) {
          int n = 0;
          for (; n < limits.maxRows() && input.hasNext(); n++) {
            InternalRow row = input.next();
            for (int i = 0; i < type.length(); i++) {
              FieldVector v = r.getVector(i);
              if (row.isNullAt(i)) {
                v.setNull(n);
              } else if (v instanceof BigIntVector b) {
                b.setSafe(n, row.getLong(i));
              } else if (v instanceof IntVector b) {
                b.setSafe(n, row.getInt(i));
              } else if (v instanceof VarCharVector b) {
                b.setSafe(n, row.getUTF8String(i).getBytes());
              }
            }
          }
          r.setRowCount(n);
          try (ArrowRecordBatch b = new VectorUnloader(r).getRecordBatch()) {
            ByteArrayOutputStream o = new ByteArrayOutputStream();
            MessageSerializer.serialize(new WriteChannel(Channels.newChannel(o)), b);
            byte[] all = o.toByteArray();
            int metaLen =
                java.nio.ByteBuffer.wrap(all).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt(4);
            byte[] meta = java.util.Arrays.copyOfRange(all, 8, 8 + metaLen);
            byte[] body = java.util.Arrays.copyOfRange(all, 8 + metaLen, all.length);
            return new BatchFrame(
                Frames.concat(Frames.field(2, meta), Frames.field(1000, body)), n);
          }
        } catch (java.io.IOException e) {
          throw new IllegalStateException(e);
        }
      }
    };
  }
}
