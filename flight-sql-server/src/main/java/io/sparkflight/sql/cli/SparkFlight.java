package io.sparkflight.sql.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code sparkflight}. Exit codes are those of {@link ExitCode}. */
@Command(
    name = "sparkflight",
    description = "Arrow Flight SQL on Apache Spark.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {ServeCommand.class, DemoCommand.class, SqlCommand.class},
    footer = {
      "",
      "Examples:",
      "  sparkflight demo                            a server with the TPC-H tables, to try",
      "  sparkflight serve --data ~/parquet          a server with your Parquet files as tables",
      "  sparkflight sql \"SELECT * FROM nation\"      asks it",
      "",
      "sparkflight COMMAND --help tells more."
    })
public final class SparkFlight implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** Runs the command line and ends the JVM. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs the command line; returns the exit code. */
  static int run(String... arguments) {
    return commandLine().execute(arguments);
  }

  static CommandLine commandLine() {
    return new CommandLine(new SparkFlight())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler((problem, unused) -> misused(problem))
        .setExecutionExceptionHandler(
            (failure, commandLine, unused) -> Failures.tell(failure, commandLine.getErr()));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do: serve, demo or sql");
  }

  private static int misused(ParameterException problem) {
    CommandLine command = problem.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("sparkflight: " + problem.getMessage() + ".");
    UnmatchedArgumentException.printSuggestions(problem, err);
    err.println("See " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }
}
