package io.sparkflight.manager.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The frames on disk: back as they were, and the disk free when nobody needs them. */
class SpillFileTest {
  private static final byte[] FIRST = "first".getBytes(StandardCharsets.UTF_8);

  /** Nothing shrinks it. */
  private static final byte[] SECOND = noise(100_000);

  @TempDir Path directory;
  private final Budget disk = new Budget(150_000);

  @Test
  void framesComeBackInAnyOrder() throws IOException {
    try (SpillFile file = SpillFile.open(directory, disk, FramePacking.LZ4)) {
      SpillFile.Place first = file.append(FIRST);
      SpillFile.Place second = file.append(SECOND);

      assertThat(file.read(second)).isEqualTo(SECOND);
      assertThat(file.read(first)).isEqualTo(FIRST);
    }
  }

  @Test
  void framesThatShrinkTakeLessDisk() throws IOException {
    byte[] even = new byte[100_000];
    Arrays.fill(even, (byte) 7);
    try (SpillFile file = SpillFile.open(directory, disk, FramePacking.LZ4)) {
      SpillFile.Place place = file.append(even);
      assertThat(disk.used()).isLessThan(1_000);
      assertThat(file.read(place)).isEqualTo(even);
      assertThatThrownBy(
              () ->
                  file.read(
                      new SpillFile.Place(
                          place.offset(), place.length(), place.number(), even.length + 1)))
          .as("not as long as it was")
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void theFileHasNoName() throws IOException {
    try (SpillFile file = SpillFile.open(directory, disk, FramePacking.LZ4)) {
      var unused = file.append(FIRST);
      assertThat(directory).isEmptyDirectory();
    }
  }

  @Test
  void aSealedFileGivesItsDiskBackWithTheLastFrame() throws IOException {
    SpillFile file = SpillFile.open(directory, disk, FramePacking.LZ4);
    SpillFile.Place first = file.append(FIRST);
    SpillFile.Place second = file.append(SECOND);
    file.seal();
    file.forget();
    assertThat(file.read(first)).as("a read frees nothing").isEqualTo(FIRST);

    file.forget();

    assertThat(disk.used()).isZero();
    assertThatThrownBy(() -> file.read(second)).isInstanceOf(IOException.class);
  }

  @Test
  void anUnsealedFileStaysOpenForMore() throws IOException {
    try (SpillFile file = SpillFile.open(directory, disk, FramePacking.LZ4)) {
      byte[] unused = file.read(file.append(FIRST));
      assertThat(file.read(file.append(SECOND))).isEqualTo(SECOND);
    }
    assertThat(disk.used()).isZero();
  }

  @Test
  void anInterruptedTaskHarmsNoFrame() throws IOException {
    try (SpillFile file = SpillFile.open(directory, disk, FramePacking.LZ4)) {
      SpillFile.Place first = file.append(FIRST);
      Thread.currentThread().interrupt();
      SpillFile.Place second = file.append(SECOND);
      assertThat(file.read(first)).isEqualTo(FIRST);
      assertThat(Thread.interrupted()).as("still interrupted").isTrue();
      assertThat(file.read(second)).isEqualTo(SECOND);
    } finally {
      boolean unused = Thread.interrupted(); // for the tests that follow in this thread
    }
  }

  @Test
  void theQuotaRefusesAFrameAndKeepsTheOthers() throws IOException {
    try (SpillFile file = SpillFile.open(directory, disk, FramePacking.LZ4)) {
      SpillFile.Place kept = file.append(SECOND);
      assertThatThrownBy(() -> file.append(SECOND))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "the unread results of this server fill its 150000 bytes of disk"
                  + " (spark.flight.exchange.spill-limit)");
      assertThat(file.read(kept)).isEqualTo(SECOND);
    }
    assertThat(disk.used()).isZero();
  }

  @Test
  void aPlaceOfAnotherFrameIsNoFrame() throws IOException {
    try (SpillFile file = SpillFile.open(directory, disk, FramePacking.LZ4)) {
      SpillFile.Place first = file.append(FIRST);
      SpillFile.Place other = new SpillFile.Place(first.offset(), first.length(), 7, FIRST.length);
      assertThatThrownBy(() -> file.read(other))
          .isInstanceOf(IOException.class)
          .hasMessage("the spill file is damaged at frame 7");
    }
  }

  private static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(1).nextBytes(bytes);
    return bytes;
  }
}
