package io.sparkflight.arrow;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

public final class Frames {
  private Frames() {}

  static void varint(ByteArrayOutputStream o, int v) {
    while ((v & ~0x7f) != 0) {
      o.write((v & 0x7f) | 0x80);
      v >>>= 7;
    }
    o.write(v);
  }

  static byte[] field(int n, byte[] v) {
    ByteArrayOutputStream o = new ByteArrayOutputStream();
    varint(o, n << 3 | 2);
    varint(o, v.length);
    o.writeBytes(v);
    return o.toByteArray();
  }

  public static byte[] schema(Schema schema) {
    ByteBuffer b = MessageSerializer.serializeMetadata(schema, IpcOption.DEFAULT);
    byte[] x = new byte[b.remaining()];
    b.get(x);
    return field(2, x);
  }

  static byte[] concat(byte[] a, byte[] b) {
    byte[] r = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, r, a.length, b.length);
    return r;
  }

  public static byte[] withMetadata(byte[] frame, byte[] metadata) {
    return concat(field(3, metadata), frame);
  }
}
