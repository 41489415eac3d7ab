package io.sparkflight.sql.demo;

import io.trino.tpch.TpchTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The eight TPC-H tables, each a folder of Parquet files. */
public final class TpchTables {
  /** The names of the tables, the big ones last. */
  public static final List<String> NAMES =
      List.of("region", "nation", "supplier", "customer", "part", "partsupp", "orders", "lineitem");

  /** Rows at scale 1; nation and region do not grow. */
  private static final Map<String, Long> BASE_ROWS =
      Map.of(
          "supplier", 10_000L,
          "customer", 150_000L,
          "part", 200_000L,
          "partsupp", 800_000L,
          "orders", 1_500_000L,
          "lineitem", 6_000_000L);

  private static final long FIXED_ROWS = 25;
  private static final long LEAST_ROWS_PER_PART = 20_000;
  private static final long MOST_ROWS_PER_PART = 1_000_000;

  private TpchTables() {}

  /** Whether tables can be generated at a scale. */
  public static boolean isScale(double scale) {
    return scale > 0 && scale <= 100_000;
  }

  /**
   * Generates the tables that are missing in a folder; those that are there stay as they are,
   * whatever their scale. A table appears under its name when all of it is written.
   *
   * @param scale the TPC-H scale factor; 1 is about 1 GB as text
   */
  public static void generate(SparkSession spark, double scale, Path dir, Progress progress) {
    if (!isScale(scale)) {
      throw new IllegalArgumentException(
          "Cannot generate TPC-H tables at scale %s: it is not above 0 and at most 100000. Use 0.01 for a first look."
              .formatted(scale));
    }
    try {
      Files.createDirectories(dir);
      for (String name : NAMES) {
        if (!Files.exists(dir.resolve(name))) {
          generateOne(spark, scale, dir.resolve(name), progress);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot write TPC-H tables to %s: %s. Name a folder that can be written."
              .formatted(dir, e),
          e);
    }
  }

  private static void generateOne(SparkSession spark, double scale, Path target, Progress progress)
      throws IOException {
    String name = String.valueOf(target.getFileName());
    long expected = expectedRows(name, scale);
    Path hidden = target.resolveSibling("." + name + "-" + UUID.randomUUID());
    progress.started(name, expected);
    try (WrittenRows unused = WrittenRows.watch(spark.sparkContext(), name, progress)) {
      write(spark, name, scale, parts(expected, spark), hidden);
      moveInPlace(hidden, target);
      progress.finished(name);
    } finally {
      JavaUtils.deleteRecursively(hidden.toFile());
    }
  }

  private static void write(SparkSession spark, String name, double scale, int parts, Path folder) {
    TpchTable<?> table = TpchTable.getTable(name);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JavaRDD<Row> rows =
        context
            .parallelize(IntStream.rangeClosed(1, parts).boxed().toList(), parts)
            .flatMap(part -> TpchRows.of(TpchTable.getTable(name), scale, part, parts));
    spark
        .createDataFrame(rows, TpchRows.schema(table))
        .write()
        .parquet(LocalFiles.location(folder));
  }

  private static long expectedRows(String table, double scale) {
    Long base = BASE_ROWS.get(table);
    return base == null ? FIXED_ROWS : Math.max(1, Math.round(base * scale));
  }

  /** As many as Spark has cores, but neither tiny nor huge ones. */
  private static int parts(long rows, SparkSession spark) {
    long most = rows / LEAST_ROWS_PER_PART + 1;
    long least = rows / MOST_ROWS_PER_PART + 1;
    return Math.toIntExact(
        Math.max(least, Math.min(most, spark.sparkContext().defaultParallelism())));
  }

  private static void moveInPlace(Path hidden, Path target) throws IOException {
    try {
      Files.move(hidden, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (DirectoryNotEmptyException | FileAlreadyExistsException e) {
      // Somebody else generated the same table meanwhile: theirs is complete too.
      if (!Files.isDirectory(target)) {
        throw e;
      }
    }
  }
}
