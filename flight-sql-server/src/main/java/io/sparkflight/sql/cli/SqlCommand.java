package io.sparkflight.sql.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
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
  private static final Set<String> SCHEMES = Set.of("grpc", "grpc+tcp", "grpc+tls");

  @Option(
      names = "--uri",
      paramLabel = "URI",
      defaultValue = "grpc://127.0.0.1:32010",
      description = "the server (default: ${DEFAULT-VALUE})")
  private URI uri = URI.create("grpc:/");

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
    check();
    long start = System.nanoTime();
    try (SqlClient client = SqlClient.connect(uri, user, password)) {
      SqlClient.Result result = client.execute(sql);
      long rows = write(result, client.memory());
      spec.commandLine()
          .getErr()
          .printf(
              "%,d %s in %.2f s%n",
              rows, rows == 1 ? "row" : "rows", (System.nanoTime() - start) / 1e9);
    }
    return ExitCode.OK;
  }

  private void check() {
    if (uri.getScheme() == null || !SCHEMES.contains(uri.getScheme()) || uri.getPort() < 0) {
      throw misused(
          "Cannot connect to '%s': it is not of the form grpc://host:port".formatted(uri));
    }
    if (format == Format.ARROW && output == null) {
      throw misused("Cannot write an Arrow file to a terminal: name one with --output");
    }
  }

  private ParameterException misused(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }

  private long write(SqlClient.Result result, BufferAllocator memory) {
    try (Target target = Target.of(output, spec.commandLine().getOut());
        ResultWriter writer = format.writer(result.schema(), target, memory)) {
      result.forEachBatch(
          batch -> {
            writer.write(batch);
            target.verify();
          });
      writer.finish();
      target.complete();
      return writer.rows();
    } catch (IOException e) {
      throw Target.failed(output, e);
    }
  }
}
