package io.sparkflight.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the build has put what the tests of the bundle run. */
final class Artifacts {
  private static final Path MODULE = Path.of("").toAbsolutePath();

  private Artifacts() {}

  /** The bundle jar itself. */
  static Path bundle() throws IOException {
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(MODULE.resolve("target"), "flight-sql-server-*-bundle.jar")) {
      for (Path path : found) {
        return path;
      }
    }
    throw new IOException(
        "Cannot test the bundle: target holds none. Run `./mvnw -pl flight-sql-server -am verify`.");
  }

  /** The source of a test program, with the names that the bundle has given to its libraries. */
  static String relocatedSource(Class<?> program) throws IOException {
    Path source =
        MODULE.resolve("src/test/java").resolve(program.getName().replace('.', '/') + ".java");
    return Files.readString(source).replace("org.apache.arrow.", "io.sparkflight.shaded.arrow.");
  }

  /** The home of an unchanged Spark, fetched if the machine has none. */
  static Path sparkHome() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(MODULE.resolveSibling("dev").resolve("spark-home").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String home = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException("Cannot find a Spark: dev/spark-home failed. Set SPARK_HOME to one.");
    }
    return Path.of(home);
  }
}
