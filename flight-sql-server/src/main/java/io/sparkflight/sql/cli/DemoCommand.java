package io.sparkflight.sql.cli;

import io.sparkflight.sql.demo.TpchTables;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sparkflight demo}: a server with the TPC-H tables until it is told to end. */
@Command(
    name = "demo",
    description = "Starts a server with the eight TPC-H tables, to try things out.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Tables that are missing in --data are generated there; others stay as they are.",
      "",
      "Examples:",
      "  sparkflight demo",
      "  sparkflight demo --scale 1 --data ~/tpch",
      "",
      "Ctrl-C ends it."
    })
final class DemoCommand implements Callable<Integer> {
  private static final String QUERY =
      "SELECT l_shipmode, count(*) AS items FROM lineitem GROUP BY l_shipmode ORDER BY items DESC";

  @Mixin private ServerOptions options = new ServerOptions();

  @Option(
      names = "--scale",
      paramLabel = "S",
      defaultValue = "0.01",
      description = "how large the tables are; 1 is about 1 GB of text (default: ${DEFAULT-VALUE})")
  private double scale;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "where the tables are (default: a temporary folder)")
  private @Nullable Path data;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    if (!TpchTables.isScale(scale)) {
      throw new ParameterException(
          spec.commandLine(),
          "Cannot generate tables at scale %s: it is not above 0 and at most 100000"
              .formatted(scale));
    }
    EmbeddedServer.run(options.settings(), this::serve);
    return ExitCode.OK;
  }

  private void serve(EmbeddedServer server) throws InterruptedException {
    Path folder = data == null ? server.temporaryFolder("tpch") : data;
    List<String> tables = server.prepared(spark -> tables(spark, folder));
    server.start();
    new Greeting(server.uri(), tables, QUERY).print(spec.commandLine().getOut());
    server.awaitEnd();
  }

  private List<String> tables(SparkSession spark, Path folder) {
    try (TerminalProgress progress = TerminalProgress.on(spec.commandLine().getErr())) {
      TpchTables.generate(spark, scale, folder, progress);
    }
    return DataFolder.createTables(spark, folder);
  }
}
