package io.sparkflight.clients;

import java.io.IOException;
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
  public static PythonEnvironment make() throws IOException, InterruptedException {
    Path home = Path.of("target", "python-clients").toAbsolutePath();
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
    return new PythonEnvironment(home);
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
