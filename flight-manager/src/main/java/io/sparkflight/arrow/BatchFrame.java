package io.sparkflight.arrow;

import java.util.zip.CRC32C;

/**
 * One record batch as a serialised {@code FlightData}: its IPC header and its body.
 *
 * @param bytes the message; never changed after it was made
 * @param rows the rows in it
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes are handed on, never compared
public record BatchFrame(byte[] bytes, int rows) {

  /** The CRC32C of the bytes. */
  public int crc() {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
