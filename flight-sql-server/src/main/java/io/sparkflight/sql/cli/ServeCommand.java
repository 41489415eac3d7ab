package io.sparkflight.sql.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sparkflight serve}: a server until it is told to end. */
@Command(
    name = "serve",
    description = "Starts a Flight SQL server on this machine's Spark.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Each Parquet file and each folder of Parquet files directly in --data is a",
      "table; what is neither letter nor digit becomes _ in its name.",
      "",
      "Examples:",
      "  sparkflight serve --data ~/parquet",
      "  sparkflight serve --port 0 --conf spark.sql.shuffle.partitions=8",
      "",
      "Ctrl-C ends it."
    })
final class ServeCommand implements Callable<Integer> {
  @Mixin private ServerOptions options = new ServerOptions();

  @Option(names = "--data", paramLabel = "DIR", description = "Parquet files to serve as tables")
  private @Nullable Path data;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    EmbeddedServer.run(options.settings(), this::serve);
    return ExitCode.OK;
  }

  private void serve(EmbeddedServer server) throws InterruptedException {
    Path folder = data;
    List<String> tables =
        folder == null
            ? List.of()
            : server.prepared(spark -> DataFolder.createTables(spark, folder));
    if (folder != null && tables.isEmpty()) {
      spec.commandLine()
          .getErr()
          .printf("%s has no Parquet files, so there are no tables%n", folder);
      spec.commandLine().getErr().flush();
    }
    server.start();
    String query =
        tables.isEmpty() ? "SELECT 1" : "SELECT * FROM %s LIMIT 10".formatted(tables.get(0));
    new Greeting(server.uri(), tables, query).print(spec.commandLine().getOut());
    server.awaitEnd();
  }
}
