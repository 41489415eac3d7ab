package io.sparkflight.arrow;

import java.util.zip.CRC32C;

@SuppressWarnings("ArrayRecordComponent")
public record BatchFrame(byte[] bytes, int rows) {
  public int crc() {
    CRC32C c = new CRC32C();
    c.update(bytes);
    return (int) c.getValue();
  }
}
