package io.sparkflight.checksum;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Clients compute them as well, so they must stay what the manual says they are. */
class FrameChecksumsTest {
  @Test
  void aFrameHasItsCrc32c() {
    assertThat(FrameChecksums.of("123456789".getBytes(US_ASCII))).isEqualTo(0xe3069283);
  }

  /** The generator with seed 0 gives this number first. */
  @Test
  void theHashIsThatOfSplitMix64() {
    assertThat(FrameChecksums.mix(0)).isEqualTo(0xe220a8397b1dcdafL);
    assertThat(FrameChecksums.chain(FrameChecksums.NONE, 0)).isEqualTo(0xe220a8397b1dcdafL);
  }

  @Test
  void aCrcIsAnUnsignedNumber() {
    assertThat(FrameChecksums.chain(1, -1)).isEqualTo(FrameChecksums.mix(0x1_0000_0000L));
  }

  @Test
  void theOrderMatters() {
    long one = FrameChecksums.chain(FrameChecksums.chain(FrameChecksums.NONE, 1), 2);
    long other = FrameChecksums.chain(FrameChecksums.chain(FrameChecksums.NONE, 2), 1);
    assertThat(one).isNotEqualTo(other);
  }
}
