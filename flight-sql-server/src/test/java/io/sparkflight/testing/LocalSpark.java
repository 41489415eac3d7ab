package io.sparkflight.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** The Spark application of the tests' JVM: Spark allows one. Ends with the JVM. */
public final class LocalSpark {
  private LocalSpark() {}

  /** Two threads, no web pages, tables in a folder of this JVM. */
  public static synchronized SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("tests")
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.sql.warehouse.dir", warehouse().toUri().toString())
        .config("spark.driver.host", "127.0.0.1")
        // As the embedded server has it: a task without enough heap does not end the process.
        .config("spark.executor.killOnFatalError.depth", 0)
        .getOrCreate();
  }

  private static Path warehouse() {
    try {
      // Its own for each JVM: Spark forgets the tables of an earlier one, but their folders stay.
      return Files.createTempDirectory(Path.of("target").toAbsolutePath(), "warehouse-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
