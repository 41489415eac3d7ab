package io.sparkflight.sql.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sparkflight sql}: one statement, its rows on standard output or in a file. */
@Command(
    name = "sql",
    description = "Asks a server one statement.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 done, 1 the server refused or failed, 2 wrong usage,",
      "3 no server answers.",
      "",
      "Examples:",
      "  sparkflight sql \"SELECT * FROM nation\"",
      "  sparkflight sql --uri grpc://db1:32010 --user ada \"SELECT current_user()\"",
      "  sparkflight sql --format csv \"SELECT * FROM nation\" > nation.csv",
      "  sparkflight sql --format arrow --output orders.arrow \"SELECT * FROM orders\""
    })
final class SqlCommand implements Callable<Integer> {
  @Option(
      names = "--uri",
      paramLabel = "URI",
      defaultValue = "grpc://127.0.0.1:32010",
      description = "the server, or its JDBC URL (default: ${DEFAULT-VALUE})")
  private String uri = "";

  @Option(names = "--user", paramLabel = "U", defaultValue = "", description = "who asks")
  private String user = "";

  @Option(
      names = "--password",
      defaultValue = "${env:SPARKFLIGHT_PASSWORD:-}",
      arity = "0..1",
      interactive = true,
      description = "asked for at the terminal (default: the variable SPARKFLIGHT_PASSWORD)")
  private String password = "";

  @Option(
      names = "--format",
      paramLabel = "F",
      defaultValue = "table",
      description =
          "${COMPLETION-CANDIDATES}; json is one object a line (default: ${DEFAULT-VALUE})")
  private Format format = Format.TABLE;

  @Option(names = "--output", paramLabel = "FILE", description = "where the rows go")
  private @Nullable Path output;

  @Parameters(paramLabel = "SQL", description = "the statement")
  private String sql = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    URI server = server();
    if (format == Format.ARROW && output == null) {
      throw misused("Cannot write an Arrow file to a terminal: name one with --output");
    }
    try (SqlClient client = SqlClient.connect(server, user, password)) {
      client.reach();
      long start = System.nanoTime();
      SqlClient.Result result = client.execute(sql);
      Written written = write(result, client.memory());
      spec.commandLine()
          .getErr()
          .printf("%s in %.2f s%n", written.text(), (written.lastRow() - start) / 1e9);
    }
    return ExitCode.OK;
  }

  private URI server() {
    try {
      return ServerAddress.parse(uri);
    } catch (IllegalArgumentException e) {
      throw misused("Cannot connect to '%s': %s".formatted(uri, e.getMessage()));
    }
  }

  private ParameterException misused(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }

  /**
   * What became of a statement.
   *
   * @param columns none, if the statement is one that returns no rows
   * @param lastRow when all rows had come, in the terms of {@link System#nanoTime}
   */
  private record Written(int columns, long rows, long lastRow) {
    String text() {
      return columns == 0 ? "done" : "%,d %s".formatted(rows, rows == 1 ? "row" : "rows");
    }
  }

  private Written write(SqlClient.Result result, BufferAllocator memory) {
    try (Target target = Target.of(output, spec.commandLine().getOut());
        ResultWriter writer = format.writer(result.schema(), target, memory)) {
      result.forEachBatch(
          batch -> {
            writer.write(batch);
            target.verify();
          });
      long lastRow = System.nanoTime();
      writer.finish();
      target.complete();
      return new Written(result.schema().getFields().size(), writer.rows(), lastRow);
    } catch (IOException e) {
      throw Target.failed(output, e);
    }
  }
}
