package io.sparkflight.clients;

import io.sparkflight.testing.SharedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A Python with the clients' libraries, made once and kept until the build is cleaned. */
public final class PythonEnvironment {
  private static final Path REQUIREMENTS =
      Programs.FOLDER.resolve("python").resolve("requirements.txt");

  private final Path home;

  private PythonEnvironment(Path home) {
    this.home = home;
  }

  /** Whether this machine has a Python to make one with. */
  public static boolean possible() {
    return Programs.present("python3");
  }

  /** Makes it, or takes the one that is there. */
  public static PythonEnvironment make() {
    Path home = Path.of("target", "python-clients").toAbsolutePath();
    SharedFolder.fill(
        home,
        () -> {
          try {
            install(home);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the test is over", e);
          }
        });
    return new PythonEnvironment(home);
  }

  private static void install(Path home) throws IOException, InterruptedException {
    Path done = home.resolve("libraries.txt");
    String wanted = Files.readString(REQUIREMENTS);
    if (!Files.exists(done) || !Files.readString(done).equals(wanted)) {
      PythonEnvironment made = new PythonEnvironment(home);
      Programs.run(List.of("python3", "-m", "venv", home.toString()), "");
      Programs.run(
          List.of(made.python(), "-m", "pip", "install", "--quiet", "-r", REQUIREMENTS.toString()),
          "");
      Files.writeString(done, wanted);
    }
  }

  /** The interpreter. */
  public String python() {
    return home.resolve("bin").resolve("python").toString();
  }

  /** Runs a program and returns what it prints. */
  public String execute(Path program) throws IOException, InterruptedException {
    return Programs.run(List.of(python(), program.toString()), "");
  }
}
