package io.sparkflight.testing;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder that tests in several processes fill, each with what is missing. */
public final class SharedFolder {
  private SharedFolder() {}

  /** Runs an action while nobody else, in this process or another one, runs one on the folder. */
  public static synchronized void fill(Path folder, Runnable action) {
    try {
      Files.createDirectories(folder.toAbsolutePath().getParent());
      Path marker = folder.resolveSibling(folder.getFileName() + ".lock");
      try (FileChannel file = FileChannel.open(marker, CREATE, WRITE);
          FileLock unused = file.lock()) {
        action.run();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
