package io.sparkflight.manager.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.error.FlightFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpillFolderTest {
  private static final byte[] FRAME = new byte[1000];

  @TempDir private Path directory;

  @Test
  void leavesTheAskedSpaceFree() throws IOException {
    SpillFolder roomy = SpillFolder.open(directory, 1 << 20, 1, FramePacking.NONE);
    try (SpillFile file = roomy.newFile()) {
      var unused = file.append(FRAME);
      assertThat(roomy.used()).isGreaterThan(FRAME.length);
    }
    assertThat(roomy.used()).isZero();

    SpillFolder full = SpillFolder.open(directory, 1 << 20, Long.MAX_VALUE, FramePacking.NONE);
    assertThatThrownBy(full::newFile)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("are to stay free (spark.flight.exchange.free-space)");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void removesWhatADeadProcessLeftAndNothingElse() throws IOException {
    Path dead = age(Files.createFile(directory.resolve("sparkflight-1.spill")));
    Path young = Files.createFile(directory.resolve("sparkflight-2.spill"));
    Path other = age(Files.createFile(directory.resolve("something else")));

    SpillFolder unused = SpillFolder.open(directory, 1, 1, FramePacking.NONE);

    assertThat(dead).doesNotExist();
    assertThat(young).exists();
    assertThat(other).exists();
  }

  @Test
  void refusesWhatIsNoFolder() {
    assertThatThrownBy(
            () -> SpillFolder.open(directory.resolve("nowhere"), 1, 1, FramePacking.NONE))
        .isInstanceOf(FlightFailure.class)
        .hasMessageContaining("nowhere")
        .hasMessageContaining("spark.flight.exchange.spill-directory");
  }

  private static Path age(Path file) throws IOException {
    return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
  }
}
