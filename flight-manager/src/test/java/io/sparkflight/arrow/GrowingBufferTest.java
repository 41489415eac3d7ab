package io.sparkflight.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.apache.spark.unsafe.Platform;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is put into a buffer is in it, and nothing else is changed. */
class GrowingBufferTest {
  private static final int LONGEST = 100;

  private final byte[] source = new byte[3 * LONGEST];

  GrowingBufferTest() {
    new Random(20261122).nextBytes(source);
  }

  @Test
  void memoryOfTheHeapIsCopiedWhateverItsLength() {
    for (int length = 0; length <= LONGEST; length++) {
      int from = length % 7;
      assertCopied(source, Platform.BYTE_ARRAY_OFFSET + from, from, length);
    }
  }

  @Test
  void memoryOutsideTheHeapIsCopiedWhateverItsLength() {
    long address = Platform.allocateMemory(source.length);
    try {
      Platform.copyMemory(source, Platform.BYTE_ARRAY_OFFSET, null, address, source.length);
      for (int length = 0; length <= LONGEST; length++) {
        int from = length % 7;
        assertCopied(null, address + from, from, length);
      }
    } finally {
      Platform.freeMemory(address);
    }
  }

  private void assertCopied(@Nullable Object base, long offset, int from, int length) {
    GrowingBuffer buffer = new GrowingBuffer("c");
    buffer.putInt(0x01020304);
    byte[] before = buffer.array().clone();
    buffer.putMemory(base, offset, length);
    assertThat(buffer.size()).isEqualTo(Integer.BYTES + length);
    System.arraycopy(source, from, before, Integer.BYTES, length);
    assertThat(buffer.array()).as("%d bytes from %d", length, from).isEqualTo(before);
    buffer.putMemory(base, offset, length); // now not at the beginning of a word
    assertThat(
            Arrays.copyOfRange(buffer.array(), Integer.BYTES + length, Integer.BYTES + 2 * length))
        .isEqualTo(Arrays.copyOfRange(source, from, from + length));
  }
}
