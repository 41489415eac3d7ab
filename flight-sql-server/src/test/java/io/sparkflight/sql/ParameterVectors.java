package io.sparkflight.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Small vectors of values to bind. The caller closes them. */
final class ParameterVectors {
  private ParameterVectors() {}

  static VectorSchemaRoot root(FieldVector... vectors) {
    VectorSchemaRoot root = VectorSchemaRoot.of(vectors);
    root.setRowCount(vectors[0].getValueCount());
    return root;
  }

  private static <V extends FieldVector> V filled(V vector, int count, Consumer<V> values) {
    vector.allocateNew();
    values.accept(vector);
    vector.setValueCount(count);
    return vector;
  }

  static FieldVector longs(BufferAllocator memory, long... values) {
    return filled(
        new BigIntVector("v", memory),
        values.length,
        vector -> {
          for (int i = 0; i < values.length; i++) {
            vector.setSafe(i, values[i]);
          }
        });
  }

  static FieldVector unsigned(BufferAllocator memory, long value) {
    return filled(new UInt8Vector("v", memory), 1, vector -> vector.setSafe(0, value));
  }

  static FieldVector doubles(BufferAllocator memory, double value) {
    return filled(new Float8Vector("v", memory), 1, vector -> vector.setSafe(0, value));
  }

  static FieldVector decimals(BufferAllocator memory, String value) {
    return filled(
        new DecimalVector("v", memory, 20, 3),
        1,
        vector -> vector.setSafe(0, new BigDecimal(value)));
  }

  static FieldVector texts(BufferAllocator memory, String... values) {
    return filled(
        new VarCharVector("v", memory),
        values.length,
        vector -> {
          for (int i = 0; i < values.length; i++) {
            vector.setSafe(i, values[i].getBytes(UTF_8));
          }
        });
  }

  static FieldVector brokenText(BufferAllocator memory) {
    return filled(
        new VarCharVector("v", memory),
        1,
        vector -> vector.setSafe(0, new byte[] {(byte) 0xC3, 'x'}));
  }

  static FieldVector bytes(BufferAllocator memory, int value) {
    return filled(
        new VarBinaryVector("v", memory),
        1,
        vector -> vector.setSafe(0, new byte[] {(byte) value}));
  }

  static FieldVector time(BufferAllocator memory) {
    return filled(new TimeMicroVector("v", memory), 1, vector -> vector.setSafe(0, 1));
  }

  static FieldVector nanos(BufferAllocator memory) {
    return filled(new TimeStampNanoVector("v", memory), 1, vector -> vector.setSafe(0, 1));
  }
}
