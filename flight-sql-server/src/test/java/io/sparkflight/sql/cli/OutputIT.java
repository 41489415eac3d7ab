package io.sparkflight.sql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.lifecycle.Threads;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where {@code sparkflight sql} writes rows to: all of them are there, or a failure is told. */
class OutputIT extends SqlRuns {
  @TempDir private Path folder;

  @Test
  void arrowFileHoldsEveryRow() throws Exception {
    Path file = folder.resolve("many.arrow");

    Ran ran = sql(MANY, "arrow", "--output", file.toString());

    assertThat(ran.err()).startsWith("50,000 rows in ");
    assertThat(rowsOf(file)).isEqualTo(MANY_ROWS);
    assertThat(folder).isDirectoryContaining(path -> path.equals(file));
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void arrowFileOfNoRowsIsOne() throws Exception {
    Path file = folder.resolve("none.arrow");

    sql("SELECT 1 AS id WHERE false", "arrow", "--output", file.toString());

    assertThat(rowsOf(file)).isZero();
  }

  @Test
  void failedStatementLeavesTheFileOfBefore() throws Exception {
    Path file = Files.writeString(folder.resolve("rows.csv"), "before");

    Ran ran = sql("SELECT raise_error('no')", "csv", "--output", file.toString());

    assertThat(ran.code()).isEqualTo(ExitCode.FAILED);
    assertThat(file).hasContent("before");
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void outputThroughALinkKeepsTheLink() throws Exception {
    Path file = Files.writeString(folder.resolve("real.csv"), "before");
    Path link = Files.createSymbolicLink(folder.resolve("link.csv"), file);

    sql("SELECT 1 AS id", "csv", "--output", link.toString());

    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("id\n1\n");
  }

  @Test
  void outputToAPipeIsWrittenAndStaysAPipe() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    ExecutorService reader = Threads.pool("pipe-reader");
    try {
      Future<String> read = reader.submit(() -> Files.readString(pipe));
      sql("SELECT 1 AS id", "csv", "--output", pipe.toString());

      assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo("id\n1\n");
      assertThat(Files.isRegularFile(pipe)).isFalse();
      assertThat(pipe).exists();
    } finally {
      Threads.stop(reader);
    }
  }

  @Test
  void missingFolderOfTheOutputIsAFailure() {
    Path file = folder.resolve("missing").resolve("x.csv");

    Ran ran = sql("SELECT 1", "csv", "--output", file.toString());

    assertThat(ran.code()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.err())
        .isEqualTo(
            "sparkflight: Cannot write the rows to %s: its folder does not exist.%n"
                .formatted(file));
  }

  @Test
  void readerWhoHasEnoughIsNoFailure() {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int one) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    StringWriter err = new StringWriter();

    int code =
        SparkFlight.run(new StandardOutput(closed), new PrintWriter(err), arguments(MANY, "csv"));

    assertThat(code).isEqualTo(ExitCode.OK);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void rowsThatCannotBeWrittenAreAFailure() {
    StringWriter err = new StringWriter();

    int code =
        SparkFlight.run(
            new PrintWriter(new FullDisk()), new PrintWriter(err), arguments(MANY, "csv"));

    assertThat(code).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString())
        .startsWith("sparkflight: Cannot write the rows to standard output: ")
        .doesNotContain(" rows in ");
  }

  private static final class FullDisk extends Writer {
    @Override
    public void write(char[] text, int offset, int length) throws java.io.IOException {
      throw new java.io.IOException("No space left on device");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private static long rowsOf(Path file) throws Exception {
    long rows = 0;
    try (BufferAllocator memory = SERVER.memory().newChildAllocator("file", 0, Long.MAX_VALUE);
        ArrowFileReader reader = new ArrowFileReader(Files.newByteChannel(file), memory)) {
      while (reader.loadNextBatch()) {
        rows += reader.getVectorSchemaRoot().getRowCount();
      }
    }
    return rows;
  }
}
