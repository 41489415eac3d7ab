package io.sparkflight.arrow;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.apache.arrow.flatbuf.CompressionType;

/**
 * How the buffers of a record batch are packed: Arrow's columnar format, section "Compression". The
 * libraries are Spark's own, on its class path in the driver and in executors.
 */
public enum Compression {
  /** Not at all: what every client can read. */
  NONE(-1),
  /** Fast to write and to read. */
  LZ4(CompressionType.LZ4_FRAME),
  /** Smaller, for more of both sides' processors. */
  ZSTD(CompressionType.ZSTD);

  /** The lowest level above the negative ones; higher ones save little and cost much. */
  private static final int ZSTD_LEVEL = 1;

  /** The bytes of the length before a buffer. */
  static final int PREFIX = Long.BYTES;

  /** Stands for the length of a buffer that is as it is, because packing would not shrink it. */
  static final long AS_IT_IS = -1;

  /** Longer buffers are of giant rows, and packing needs the room of each a second time. */
  private static final int LONGEST = 16 << 20;

  private final int type;

  Compression(int type) {
    this.type = type;
  }

  /** Its number in Arrow's {@code BodyCompression}. */
  byte type() {
    return (byte) type;
  }

  /**
   * The first bytes of a buffer as they stand in a body, the uncompressed length before them; empty
   * if they are to stand there as they are, with {@link #AS_IT_IS} before them.
   */
  Optional<byte[]> pack(byte[] bytes, int length) {
    if (length > LONGEST) {
      return Optional.empty();
    }
    byte[] packed = this == LZ4 ? lz4(bytes, length) : zstd(bytes, length);
    if (packed.length - PREFIX >= length) {
      return Optional.empty();
    }
    ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    return Optional.of(packed);
  }

  private static byte[] lz4(byte[] bytes, int length) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(PREFIX + length / 2 + 64);
    packed.writeBytes(new byte[PREFIX]);
    try (LZ4FrameOutputStream frame =
        new LZ4FrameOutputStream(packed, LZ4FrameOutputStream.BLOCKSIZE.SIZE_64KB)) {
      frame.write(bytes, 0, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail so
    }
    return packed.toByteArray();
  }

  private static byte[] zstd(byte[] bytes, int length) {
    byte[] packed = new byte[PREFIX + Math.toIntExact(Zstd.compressBound(length))];
    long size =
        Zstd.compressByteArray(
            packed, PREFIX, packed.length - PREFIX, bytes, 0, length, ZSTD_LEVEL);
    if (Zstd.isError(size)) {
      throw new IllegalStateException("zstd: " + Zstd.getErrorName(size));
    }
    return Arrays.copyOf(packed, PREFIX + (int) size);
  }
}
