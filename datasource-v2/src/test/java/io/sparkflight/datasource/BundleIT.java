package io.sparkflight.datasource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkflight.sql.SparkFlightSqlServer;
import io.sparkflight.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The jar that users add to an unchanged Spark, beside that one's own Arrow, Netty and Guava. */
class BundleIT {
  private static final Path MODULE = Path.of("").toAbsolutePath();

  @TempDir Path folder = Path.of("");

  /** Some 300 MB, so that what only breaks after the first megabytes has the time to. */
  @Test
  @Timeout(300)
  void anUnchangedSparkReadsHundredsOfMegabytesAndWritesSomeBack() throws Exception {
    Path home = sparkHome();
    assumeTrue(Files.isExecutable(home.resolve("bin/spark-sql")), "this Spark has no spark-sql");
    SparkSession spark = LocalSpark.session();
    try (SparkFlightSqlServer server =
        SparkFlightSqlServer.start(spark, Map.of("spark.flight.port", "0"))) {
      spark
          .range(3)
          .selectExpr("id", "concat('row ', id) AS who")
          .createOrReplaceGlobalTempView("`few rows`");
      String sql =
          """
          CREATE TEMPORARY VIEW far USING `flight-sql` OPTIONS (
            uri '%s',
            pushdown 'false', -- the rows are to move
            query 'SELECT id, cast(id AS STRING) AS name, id / 2 AS half FROM range(0, 10000000, 1, 8)');
          SELECT count(*), sum(id), sum(length(name)), sum(half), count(distinct id %% 1000) FROM far;
          SHOW NAMESPACES IN x;
          SHOW TABLES IN x.global_temp;
          SELECT concat('found ', who)
          FROM x.global_temp.`few rows` f JOIN flight_sql_query('x', 'SELECT 1 AS id') q ON f.id = q.id;
          CREATE TEMPORARY VIEW copied USING `flight-sql` OPTIONS (uri '%s', dbtable 'copied');
          INSERT INTO copied SELECT * FROM far WHERE id < 1000000;
          """
              .formatted(server.uri(), server.uri());
      spark.sql("CREATE TABLE copied (id BIGINT, name STRING, half DOUBLE) USING parquet");
      Path script = folder.resolve("far.sql");
      Files.writeString(script, sql);
      assertThat(run(home, script, server.uri()))
          .contains("\ndefault\nglobal_temp\n", "\nfew rows\n", "\nfound row 1\n")
          .contains("10000000\t49999995000000\t68888890\t2.49999975E13\t1000");
      assertThat(spark.newSession().sql("SELECT count(*), sum(id), sum(half) FROM copied").head())
          .isEqualTo(RowFactory.create(1_000_000L, 499_999_500_000L, 249_999_750_000.0));
    }
  }

  private String run(Path home, Path script, String uri) throws IOException, InterruptedException {
    Path said = folder.resolve("said.txt");
    Process process =
        new ProcessBuilder(
                home.resolve("bin/spark-sql").toString(),
                "--master",
                "local[2]",
                "--driver-memory",
                "1g",
                "--conf",
                "spark.ui.enabled=false",
                "--conf",
                "spark.sql.catalogImplementation=in-memory",
                "--conf",
                "spark.sql.extensions=" + FlightSqlExtensions.class.getName(),
                "--conf",
                "spark.sql.catalog.x=" + FlightSqlCatalog.class.getName(),
                "--conf",
                "spark.sql.catalog.x.uri=" + uri,
                "--jars",
                bundle().toString(),
                "-f",
                script.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      assertThat(process.waitFor(240, TimeUnit.SECONDS)).as("the end of spark-sql").isTrue();
      String output = Files.readString(said, UTF_8);
      assertThat(process.exitValue()).as(output).isZero();
      return output;
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static Path bundle() throws IOException {
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(MODULE.resolve("target"), "datasource-v2-*-bundle.jar")) {
      for (Path path : found) {
        return path;
      }
    }
    throw new IOException(
        "Cannot test the bundle: target holds none. Run `./mvnw -pl datasource-v2 -am verify`.");
  }

  private static Path sparkHome() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(MODULE.resolveSibling("dev").resolve("spark-home").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String home = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(process.waitFor()).as("dev/spark-home").isZero();
    return Path.of(home);
  }
}
