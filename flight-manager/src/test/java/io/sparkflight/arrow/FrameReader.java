package io.sparkflight.arrow;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.pojo.Schema;

/** Reads frames with stock Arrow: an independent judge of what the encoders write. */
public final class FrameReader {
  private FrameReader() {}

  /** Calls the consumer with every batch. */
  public static void read(
      Schema schema, List<BatchFrame> frames, Consumer<VectorSchemaRoot> consumer) {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    append(stream, Frames.schema(schema));
    frames.forEach(frame -> append(stream, frame.bytes()));
    stream.writeBytes(new byte[] {-1, -1, -1, -1, 0, 0, 0, 0});
    try (RootAllocator allocator = new RootAllocator();
        ArrowStreamReader reader =
            new ArrowStreamReader(
                new ByteArrayInputStream(stream.toByteArray()), allocator, new Unpacking())) {
      while (reader.loadNextBatch()) {
        consumer.accept(reader.getVectorSchemaRoot());
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Every row as a list of what the vectors' {@code getObject} gives. */
  public static List<List<Object>> rows(Schema schema, List<BatchFrame> frames) {
    List<List<Object>> rows = new ArrayList<>();
    read(
        schema,
        frames,
        root -> {
          for (int row = 0; row < root.getRowCount(); row++) {
            List<Object> values = new ArrayList<>();
            for (int column = 0; column < root.getFieldVectors().size(); column++) {
              values.add(root.getVector(column).getObject(row));
            }
            rows.add(values);
          }
        });
    return rows;
  }

  /** Turns a FlightData into the encapsulated message of the IPC stream format. */
  private static void append(ByteArrayOutputStream stream, byte[] frame) {
    ByteBuffer fields = ByteBuffer.wrap(frame);
    byte[] header = new byte[0];
    byte[] body = new byte[0];
    while (fields.hasRemaining()) {
      int tag = varint(fields);
      byte[] value = new byte[varint(fields)];
      fields.get(value);
      if (tag >>> 3 == 2) {
        header = value;
      } else if (tag >>> 3 == 1000) {
        body = value;
      }
    }
    byte[] padded = Arrays.copyOf(header, (header.length + 7) & ~7);
    stream.writeBytes(
        ByteBuffer.allocate(8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(-1)
            .putInt(padded.length)
            .array());
    stream.writeBytes(padded);
    stream.writeBytes(body);
  }

  private static int varint(ByteBuffer buffer) {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = buffer.get();
      value |= (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}
