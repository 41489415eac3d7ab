package io.sparkflight.sql.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where rows go: standard output or a file. A file appears under its name when all rows are in it;
 * a device or a pipe is written as it is, for a rename would put a file in its place.
 */
final class Target implements AutoCloseable {
  private final Optional<Path> file;
  private final Optional<Path> unfinished;
  private final OutputStream bytes;
  private final PrintWriter text;

  private Target(Optional<Path> file, Optional<Path> unfinished, OutputStream bytes) {
    this.file = file;
    this.unfinished = unfinished;
    this.bytes = bytes;
    this.text = new PrintWriter(new OutputStreamWriter(bytes, UTF_8), false);
  }

  private Target(PrintWriter text) {
    this.file = Optional.empty();
    this.unfinished = Optional.empty();
    this.bytes = OutputStream.nullOutputStream();
    this.text = text;
  }

  /** Opens a file, or takes standard output if there is none. */
  static Target of(@Nullable Path file, PrintWriter standardOutput) throws IOException {
    if (file == null) {
      return new Target(standardOutput);
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      return opened(file, Optional.empty());
    }
    Path real = Files.exists(file) ? file.toRealPath() : file; // keeps a symbolic link
    return opened(real, Optional.of(Path.of(real + ".unfinished")));
  }

  private static Target opened(Path file, Optional<Path> unfinished) throws IOException {
    OutputStream bytes = Files.newOutputStream(unfinished.orElse(file));
    return new Target(Optional.of(file), unfinished, new Recorded(bytes));
  }

  /** For forms that are not text. Null output where the target is standard output. */
  OutputStream bytes() {
    return bytes;
  }

  /** For text. It hides failures, which {@link #verify} tells. */
  PrintWriter text() {
    return text;
  }

  /** Whether rows go to standard output. */
  boolean isStandardOutput() {
    return file.isEmpty();
  }

  /**
   * Hands on what was written so far.
   *
   * @throws UncheckedIOException if some of it could not be written: the rest is in vain
   * @throws ReaderGoneException if whoever reads standard output has enough
   */
  void verify() {
    if (text.checkError()) {
      if (text instanceof StandardOutput standard && standard.readerIsGone()) {
        throw new ReaderGoneException();
      }
      throw failed(file.orElse(null), reason());
    }
  }

  /** Everything is written. */
  void complete() throws IOException {
    verify();
    bytes.close();
    if (file.isPresent() && unfinished.isPresent()) {
      Files.move(unfinished.get(), file.get(), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public void close() throws IOException {
    bytes.close();
    if (unfinished.isPresent()) {
      Files.deleteIfExists(unfinished.get());
    }
  }

  /** What a person reads about rows that could not be written. */
  static UncheckedIOException failed(@Nullable Path file, IOException cause) {
    String why =
        cause instanceof NoSuchFileException
            ? "its folder does not exist"
            : String.valueOf(cause.getMessage());
    return new UncheckedIOException(
        "Cannot write the rows to %s: %s.".formatted(file == null ? "standard output" : file, why),
        cause);
  }

  private IOException reason() {
    IOException known =
        bytes instanceof Recorded recorded
            ? recorded.failure()
            : text instanceof StandardOutput standard ? standard.failure() : null;
    return known != null ? known : new IOException("it is closed, or its disk is full");
  }
}
