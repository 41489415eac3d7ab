package io.sparkflight.arrow;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import net.jpountz.lz4.LZ4FrameInputStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.compression.AbstractCompressionCodec;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.arrow.vector.compression.NoCompressionCodec;

/** Unpacks what {@link Compression} has packed, for Arrow's own reader. */
final class Unpacking implements CompressionCodec.Factory {
  @Override
  public CompressionCodec createCodec(CodecType type) {
    return type == CodecType.NO_COMPRESSION ? NoCompressionCodec.INSTANCE : new Codec(type);
  }

  @Override
  public CompressionCodec createCodec(CodecType type, int level) {
    return createCodec(type);
  }

  private static final class Codec extends AbstractCompressionCodec {
    private final CodecType type;

    Codec(CodecType type) {
      this.type = type;
    }

    @Override
    protected ArrowBuf doCompress(BufferAllocator allocator, ArrowBuf uncompressed) {
      throw new UnsupportedOperationException("it only unpacks");
    }

    @Override
    protected ArrowBuf doDecompress(BufferAllocator allocator, ArrowBuf compressed) {
      int length = (int) compressed.getLong(0);
      byte[] packed = new byte[(int) compressed.writerIndex() - Long.BYTES];
      compressed.getBytes(Long.BYTES, packed);
      byte[] plain = type == CodecType.ZSTD ? Zstd.decompress(packed, length) : lz4(packed);
      if (plain.length != length) {
        throw new IllegalStateException("%d bytes, not %d".formatted(plain.length, length));
      }
      ArrowBuf buffer = allocator.buffer(length);
      buffer.writeBytes(plain);
      return buffer;
    }

    private static byte[] lz4(byte[] packed) {
      try (LZ4FrameInputStream frame = new LZ4FrameInputStream(new ByteArrayInputStream(packed))) {
        return frame.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public CodecType getCodecType() {
      return type;
    }
  }
}
