package io.sparkflight.arrow;

import io.sparkflight.checksum.FrameChecksums;

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
    return FrameChecksums.of(bytes);
  }
}
