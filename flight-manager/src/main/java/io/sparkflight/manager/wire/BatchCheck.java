package io.sparkflight.manager.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.BufferLayout;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Whether the buffers of one batch hold what its nodes claim, and its offsets stay inside: then
 * Arrow's vectors can be loaded with it, which leaks when it fails half way, and be read.
 *
 * <p>Of types that nothing here reads (unions, views, run ends) only the number of buffers is
 * checked.
 */
final class BatchCheck {
  /** Values that need no bytes, as nulls of no type, may be this many more than there are bits. */
  private static final long FREE_VALUES = 65_536;

  private final RecordBatch batch;
  private final ByteBuffer body;
  private int node;
  private int buffer;
  private int views;

  private BatchCheck(RecordBatch batch, byte[] body) {
    this.batch = batch;
    this.body = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Checks a batch.
   *
   * @throws UploadException if it is not of its columns, or does not hold what it claims
   */
  static void check(RecordBatch batch, List<Field> columns, byte[] body) {
    if (batch.compression() != null) {
      throw new UploadException("a batch of it is compressed");
    }
    BatchCheck check = new BatchCheck(batch, body);
    for (Field column : columns) {
      check.column(column, batch.length(), batch.length());
    }
    if (check.node != batch.nodesLength()
        || check.buffer != batch.buffersLength()
        || check.views != batch.variadicBufferCountsLength()) {
      throw notOfItsSchema();
    }
  }

  private void column(Field field, long least, long most) {
    FieldNode values = node();
    long length = values.length();
    if (length < least || length > Math.min(most, 8L * body.capacity() + FREE_VALUES)) {
      throw new UploadException("a batch of it has a column of impossible length");
    }
    if (values.nullCount() < 0 || values.nullCount() > length) {
      throw new UploadException("a batch of it has a column with impossibly many nulls");
    }
    if (opaque(field.getType())) {
      skip(field);
      return;
    }
    if (field.getType() instanceof ArrowType.FixedSizeBinary binary) {
      binary(values, binary.getByteWidth());
      return;
    }
    long inner = length;
    for (BufferLayout layout : TypeLayout.getTypeLayout(field.getType()).getBufferLayouts()) {
      inner = buffer(layout, values, inner);
    }
    if (field.getType() instanceof ArrowType.FixedSizeList list) {
      inner = times(length, list.getListSize());
    }
    for (Field child : field.getChildren()) {
      column(child, inner, Integer.MAX_VALUE);
    }
  }

  /**
   * Checks the next buffer of a column.
   *
   * @param inner how many values the buffer before it refers to: those of the column, or after
   *     offsets, the bytes or elements up to the last one
   * @return the same for what comes after it
   */
  private long buffer(BufferLayout layout, FieldNode values, long inner) {
    Buffer next = nextBuffer();
    long length = values.length();
    switch (layout.getType()) {
      case VALIDITY -> {
        boolean implied = values.nullCount() == 0 || values.nullCount() == length;
        require(next, next.length() == 0 && implied ? 0 : (length + 7) / 8);
        return inner;
      }
      case OFFSET -> {
        return lastOffset(next, layout.getTypeBitWidth() / 8, length);
      }
      default -> {
        require(next, (inner * layout.getTypeBitWidth() + 7) / 8);
        return inner;
      }
    }
  }

  /** Its width in bits may not fit into the layout's number. */
  private void binary(FieldNode values, int width) {
    buffer(BufferLayout.validityVector(), values, values.length());
    require(nextBuffer(), times(values.length(), width));
  }

  private static long times(long length, int width) {
    if (width < 0) {
      throw new UploadException("its schema has a type of impossible width");
    }
    return length * width;
  }

  private long lastOffset(Buffer offsets, int width, long length) {
    if (length == 0) {
      return 0; // writers leave such a buffer out
    }
    require(offsets, (length + 1) * width);
    long last = 0;
    for (long i = 0; i <= length; i++) {
      int at = Math.toIntExact(offsets.offset() + i * width);
      long offset = width == Integer.BYTES ? body.getInt(at) : body.getLong(at);
      if (offset < last || offset > Integer.MAX_VALUE) {
        throw new UploadException("a batch of it has offsets that do not rise");
      }
      last = offset;
    }
    return last;
  }

  private static void require(Buffer buffer, long bytes) {
    if (buffer.length() < bytes) {
      throw new UploadException("a batch of it has a buffer that is too short for its column");
    }
  }

  private static boolean opaque(ArrowType type) {
    return switch (type.getTypeID()) {
      case Union, RunEndEncoded, ListView, LargeListView, Utf8View, BinaryView -> true;
      default -> false;
    };
  }

  private void skip(Field field) {
    int count = TypeLayout.getTypeBufferCount(field.getType());
    ArrowType type = field.getType();
    if (type instanceof ArrowType.Utf8View || type instanceof ArrowType.BinaryView) {
      if (views == batch.variadicBufferCountsLength()) {
        throw notOfItsSchema();
      }
      count += Math.toIntExact(batch.variadicBufferCounts(views++));
    }
    for (int i = 0; i < count; i++) {
      nextBuffer();
    }
    for (Field child : field.getChildren()) {
      column(child, 0, Integer.MAX_VALUE);
    }
  }

  private FieldNode node() {
    if (node == batch.nodesLength()) {
      throw notOfItsSchema();
    }
    return batch.nodes(node++);
  }

  private Buffer nextBuffer() {
    if (buffer == batch.buffersLength()) {
      throw notOfItsSchema();
    }
    Buffer next = batch.buffers(buffer++);
    if (next.offset() < 0
        || next.length() < 0
        || next.length() > body.capacity()
        || next.offset() > body.capacity() - next.length()) {
      throw new UploadException("a batch of it has a buffer outside of its body");
    }
    return next;
  }

  private static UploadException notOfItsSchema() {
    return new UploadException("a batch of it is not of its schema");
  }
}
