package io.sparkflight.manager.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A frame comes back as it was, or not at all. */
class FrameCipherTest {
  private static final int SEGMENT = FrameCipher.SEGMENT;
  private static final int TAG = 16;

  private final Random random = new Random(20261122);
  private final FrameCipher cipher = new FrameCipher();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT, 3 * SEGMENT + 5})
  void framesOfEveryLengthComeBack(int length) throws Exception {
    byte[] frame = frame(length);
    byte[] encrypted = cipher.encrypt(frame, 3);
    assertThat(encrypted.length - length)
        .as("a tag for each segment")
        .isEqualTo(Math.max(1, (length + SEGMENT - 1) / SEGMENT) * TAG);
    assertThat(cipher.decrypt(encrypted, 3)).isEqualTo(frame);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, SEGMENT, 2 * SEGMENT + 77})
  void aChangedBitIsFound(int length) throws Exception {
    byte[] encrypted = cipher.encrypt(frame(length), 3);
    for (int i = 0; i < 50; i++) {
      byte[] damaged = encrypted.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      assertDamaged(damaged, 3);
    }
  }

  @Test
  void segmentsCannotChangePlaces() throws Exception {
    byte[] encrypted = cipher.encrypt(frame(2 * SEGMENT), 3);
    byte[] swapped = new byte[encrypted.length];
    int each = SEGMENT + TAG;
    System.arraycopy(encrypted, 0, swapped, each, each);
    System.arraycopy(encrypted, each, swapped, 0, each);
    assertDamaged(swapped, 3);
  }

  @Test
  void aFrameIsBoundToItsNumberAndItsKey() throws Exception {
    byte[] frame = frame(2 * SEGMENT);
    byte[] encrypted = cipher.encrypt(frame, 3);
    assertThat(cipher.encrypt(frame, 4)).isNotEqualTo(encrypted);
    assertDamaged(encrypted, 4);
    assertThat(new FrameCipher().encrypt(frame, 3)).isNotEqualTo(encrypted);
  }

  @Test
  void nothingOfTheFrameIsVisible() throws Exception {
    byte[] zeros = new byte[2 * SEGMENT];
    byte[] encrypted = cipher.encrypt(zeros, 0);
    byte[] one = Arrays.copyOfRange(encrypted, 0, SEGMENT);
    byte[] other = Arrays.copyOfRange(encrypted, SEGMENT + TAG, 2 * SEGMENT + TAG);
    assertThat(one).as("a nonce was used twice").isNotEqualTo(other);
    assertThat(one).isNotEqualTo(Arrays.copyOf(zeros, SEGMENT));
  }

  /** Tags take a five-hundredth; the longest arrays have no room for theirs. */
  @Test
  void aFrameThatIsTooLongIsRefusedInWords() throws Exception {
    assertThat(FrameCipher.encryptedLength(2_100_000_000)).isEqualTo(2_100_000_000 + 256_348 * TAG);
    for (int length : new int[] {2_146_000_000, Integer.MAX_VALUE - 64, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> FrameCipher.encryptedLength(length))
          .isInstanceOf(GeneralSecurityException.class)
          .hasMessageContaining(length + " bytes and their tags are more than");
    }
  }

  private void assertDamaged(byte[] encrypted, long number) {
    assertThatThrownBy(() -> cipher.decrypt(encrypted, number))
        .isInstanceOf(GeneralSecurityException.class);
  }

  private byte[] frame(int length) {
    byte[] frame = new byte[length];
    random.nextBytes(frame);
    return frame;
  }
}
