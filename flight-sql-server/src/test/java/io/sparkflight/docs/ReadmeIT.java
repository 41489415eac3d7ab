package io.sparkflight.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkflight.clients.PythonEnvironment;
import io.sparkflight.testing.FlightSqlServerExtension;
import io.sparkflight.testing.Tpch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The programs in the README and in the manual, run as they are printed there. */
class ReadmeIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private static final Path README = Documents.ROOT.resolve("README.md");
  private static final Path INGEST = Documents.ROOT.resolve("docs/ingest.md");
  private static final String PRINTED_PORT = "32010";

  @TempDir Path folder = Path.of("");

  @BeforeAll
  static void createTables() {
    Tpch.createTables(SERVER.spark());
  }

  @Test
  void theJavaProgramPrintsWhatSparkAnswers() throws Exception {
    Path source = folder.resolve("Example.java");
    Files.writeString(source, snippet(README, "jdbc"));

    assertThat(compileAndRun(source)).isEqualTo(expected());
  }

  @Test
  @Timeout(300)
  void thePythonProgramPrintsWhatSparkAnswers() throws Exception {
    assumeTrue(PythonEnvironment.possible(), "this machine has no python3");
    PythonEnvironment python = PythonEnvironment.make();
    Path program = folder.resolve("example.py");
    Files.writeString(program, snippet(README, "python"));

    assertThat(python.execute(program)).isEqualTo(expected());
  }

  @Test
  @Timeout(300)
  void thePythonProgramIngests() throws Exception {
    assumeTrue(PythonEnvironment.possible(), "this machine has no python3");
    PythonEnvironment python = PythonEnvironment.make();
    Path program = folder.resolve("ingest.py");
    Files.writeString(program, snippet(INGEST, "ingest"));

    assertThat(python.execute(program)).isEqualTo("3 rows\na 20.25\nb None\n");
  }

  /** The program for this test's server. */
  private static String snippet(Path page, String name) throws IOException {
    String printed = Documents.snippet(page, name);
    assertThat(printed).contains(":" + PRINTED_PORT);
    return printed.replace(PRINTED_PORT, Integer.toString(SERVER.server().port()));
  }

  /** Both programs ask the same. */
  private static String expected() {
    List<Row> rows =
        SERVER
            .spark()
            .sql(
                """
                SELECT n_name, count(*) AS customers
                FROM customer JOIN nation ON c_nationkey = n_nationkey
                GROUP BY n_name
                ORDER BY customers DESC, n_name
                LIMIT 5
                """)
            .collectAsList();
    assertThat(rows).hasSize(5);
    return rows.stream()
        .map(row -> row.getString(0) + " " + row.getLong(1) + "\n")
        .collect(Collectors.joining());
  }

  private String compileAndRun(Path source) throws Exception {
    ByteArrayOutputStream problems = new ByteArrayOutputStream();
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(null, problems, problems, "-d", folder.toString(), source.toString());
    assertThat(result).as(problems.toString(UTF_8)).isZero();
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader classes = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      System.setOut(new PrintStream(printed, true, UTF_8));
      classes
          .loadClass("Example")
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(before);
    }
    return printed.toString(UTF_8);
  }
}
