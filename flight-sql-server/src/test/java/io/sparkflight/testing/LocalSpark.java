package io.sparkflight.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * The Spark application of the tests' JVM: Spark allows one. It stays for the next class that asks
 * for the same settings, and ends with the JVM, or when somebody asks for others.
 */
public final class LocalSpark implements Supplier<SparkSession> {
  /** By this an application's configuration tells what was asked for. */
  private static final String ASKED = "spark.tests.asked";

  private final Map<String, String> settings = new TreeMap<>();

  private LocalSpark(String master) {
    settings.put("spark.master", master);
    settings.put("spark.ui.enabled", "false");
    settings.put("spark.sql.shuffle.partitions", "2");
    settings.put("spark.driver.host", "127.0.0.1");
    // As the embedded server has it: a task without enough heap does not end the process.
    settings.put("spark.executor.killOnFatalError.depth", "0");
  }

  /** Two threads, no web pages, tables in a folder of its own. */
  public static SparkSession session() {
    return on("local[2]").get();
  }

  /**
   * The same with other threads. If a class asks a server in front of the application that asks it,
   * both are this one: who waits must leave room for who works.
   *
   * @param master as Spark's {@code local[threads,attempts]}
   */
  public static LocalSpark on(String master) {
    return new LocalSpark(master);
  }

  /** Sets a setting of the application. */
  public LocalSpark with(String key, Object value) {
    settings.put(key, value.toString());
    return this;
  }

  /** The first session of the application, which is started if none runs with these settings. */
  @Override
  public SparkSession get() {
    synchronized (LocalSpark.class) {
      Option<SparkSession> running = SparkSession.getDefaultSession();
      if (running.isDefined() && !running.get().sparkContext().isStopped()) {
        if (running.get().sparkContext().conf().get(ASKED, "").equals(settings.toString())) {
          return running.get();
        }
        running.get().stop();
      }
      SparkSession.Builder builder = SparkSession.builder().appName("tests");
      settings.forEach(builder::config);
      return builder
          .config(ASKED, settings.toString())
          .config("spark.sql.warehouse.dir", warehouse().toUri().toString())
          .getOrCreate();
    }
  }

  private static Path warehouse() {
    try {
      // Its own for each: Spark forgets the tables of an earlier one, but their folders stay.
      return Files.createTempDirectory(Path.of("target").toAbsolutePath(), "warehouse-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
