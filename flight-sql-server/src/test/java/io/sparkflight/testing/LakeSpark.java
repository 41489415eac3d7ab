package io.sparkflight.testing;

import io.delta.sql.DeltaSparkSessionExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.iceberg.spark.SparkCatalog;
import org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.catalog.DeltaCatalog;

/**
 * Further sessions at the root of the tests' application, each with the tables of one format and a
 * catalog of its own. They end with the JVM, and are made when they are asked for first.
 */
public final class LakeSpark {
  private static final Map<String, SparkSession> MADE = new HashMap<>();

  private LakeSpark() {}

  /** With tables of Iceberg in the catalog {@code ice}. */
  public static SparkSession iceberg() {
    return session(
        "iceberg",
        builder ->
            builder
                .withExtensions(new IcebergSparkSessionExtensions())
                .config("spark.sql.catalog.ice", SparkCatalog.class.getName())
                .config("spark.sql.catalog.ice.type", "hadoop")
                .config("spark.sql.catalog.ice.warehouse", folder().toUri().toString()));
  }

  /**
   * With tables of Delta in {@code spark_catalog}. Not beside Iceberg: an analyser rule of Iceberg
   * 1.10 fails on Delta's UPDATE.
   */
  public static SparkSession delta() {
    return session(
        "delta",
        builder ->
            builder
                .withExtensions(new DeltaSparkSessionExtension())
                .config("spark.sql.catalog.spark_catalog", DeltaCatalog.class.getName())
                // Else a table's own metadata is a Spark job of 50 tasks.
                .config("spark.databricks.delta.snapshotPartitions", 1));
  }

  /** Spark makes a session with extensions only where it knows of no other one. */
  private static synchronized SparkSession session(
      String format, UnaryOperator<SparkSession.Builder> settings) {
    SparkSession usual = LocalSpark.session();
    return MADE.computeIfAbsent(
        format,
        unused -> {
          SparkSession.clearActiveSession();
          SparkSession.clearDefaultSession();
          try {
            return settings
                .apply(
                    SparkSession.builder()
                        .config("spark.sql.shuffle.partitions", 1)
                        // The formats' own jobs are many and small: to compile code for them takes
                        // longer than they do.
                        .config("spark.sql.codegen.wholeStage", false)
                        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN"))
                .getOrCreate();
          } finally {
            SparkSession.setDefaultSession(usual);
            SparkSession.setActiveSession(usual);
          }
        });
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory(Path.of("target").toAbsolutePath(), "iceberg-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
