package io.sparkflight.testing;

import io.sparkflight.sql.demo.Progress;
import io.sparkflight.sql.demo.TpchTables;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** The eight TPC-H tables at a small scale, and the 22 queries. */
public final class Tpch {
  /** What the tables are made with; queries that return nothing at it are no proof of anything. */
  public static final double SCALE = 0.01;

  private Tpch() {}

  /** The names of the queries, {@code q01} to {@code q22}. */
  public static Stream<String> queries() {
    return IntStream.rangeClosed(1, 22).mapToObj("q%02d"::formatted);
  }

  /** The text of a query. */
  public static String text(String query) {
    String name = "/tpch/" + query + ".sql";
    try (InputStream in = Objects.requireNonNull(Tpch.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder of the tables; generated once and kept until the build is cleaned. */
  public static Path folder(SparkSession spark) {
    Path folder = Path.of("target", "tpch-" + SCALE).toAbsolutePath();
    SharedFolder.fill(folder, () -> TpchTables.generate(spark, SCALE, folder, Progress.SILENT));
    return folder;
  }

  /** Makes the tables known to every session of an application. */
  public static void createTables(SparkSession spark) {
    Path folder = folder(spark);
    for (String table : TpchTables.NAMES) {
      spark.sql(
          "CREATE TABLE IF NOT EXISTS %s USING parquet LOCATION '%s'"
              .formatted(table, folder.resolve(table).toUri()));
    }
  }
}
