package io.sparkflight.manager.exchange;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the spill files of one server lie, and what they may take of its disk together.
 * Thread-safe.
 */
final class SpillFolder {
  private static final Logger LOG = LoggerFactory.getLogger(SpillFolder.class);

  /** A file has a name for a moment only; an older one is of a process that died in that moment. */
  private static final Duration NAMED_FOR = Duration.ofMinutes(1);

  private final Path folder;
  private final Budget quota;
  private final long freeSpace;
  private final FramePacking packing;

  private SpillFolder(Path folder, Budget quota, long freeSpace, FramePacking packing) {
    this.folder = folder;
    this.quota = quota;
    this.freeSpace = freeSpace;
    this.packing = packing;
  }

  /**
   * Takes a folder, and removes what dead processes left in it.
   *
   * @throws FlightFailure if it cannot be written to
   */
  static SpillFolder open(Path folder, long quota, long freeSpace, FramePacking packing) {
    if (!usable(folder)) {
      throw new FlightFailure(
          ErrorKind.INVALID,
          "Cannot keep results in %s: it is not a folder that this process can write to. Create it or"
                  .formatted(folder)
              + " set %s.".formatted(ExchangeConfig.SPILL_DIRECTORY.name()));
    }
    SpillFolder opened = new SpillFolder(folder, new Budget(quota), freeSpace, packing);
    opened.sweep();
    return opened;
  }

  /**
   * Begins a file.
   *
   * @throws IOException if the folder cannot be written to, or its disk is almost full
   */
  SpillFile newFile() throws IOException {
    if (!usable(folder)) { // somebody has removed it, or its disk is read-only since a fault
      throw new IOException(
          "%s is not there, or cannot be written to (%s)"
              .formatted(folder, ExchangeConfig.SPILL_DIRECTORY.name()));
    }
    FileStore disk = Files.getFileStore(folder);
    if (disk.getUsableSpace() < freeSpace) {
      throw new IOException(
          "the disk of %s has %d bytes left, and %d are to stay free (%s)"
              .formatted(
                  folder, disk.getUsableSpace(), freeSpace, ExchangeConfig.FREE_SPACE.name()));
    }
    return SpillFile.open(folder, quota, packing);
  }

  private static boolean usable(Path folder) {
    return Files.isDirectory(folder) && Files.isWritable(folder);
  }

  /** Bytes on disk now. */
  long used() {
    return quota.used();
  }

  @Override
  public String toString() {
    return folder.toString();
  }

  private void sweep() {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, SpillFile.PATTERN)) {
      for (Path file : left) {
        Instant old = Instant.now().minus(NAMED_FOR);
        if (Files.getLastModifiedTime(file).toInstant().isBefore(old)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      LOG.warn("Cannot remove what a dead process left in {}", folder, e);
    }
  }
}
