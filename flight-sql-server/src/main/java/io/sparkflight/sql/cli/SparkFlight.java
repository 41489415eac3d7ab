package io.sparkflight.sql.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
      "  sparkflight demo                        a server with the TPC-H tables",
      "  sparkflight serve --data ~/parquet      a server with your Parquet files",
      "  sparkflight sql \"SELECT * FROM nation\"  asks it",
      "",
      "sparkflight COMMAND --help tells more."
    })
public final class SparkFlight implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** Runs the command line and ends the JVM. */
  public static void main(String[] arguments) {
    System.exit(run(StandardOutput.ofProcess(), standardError(), arguments));
  }

  /** Runs the command line; returns the exit code. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    int code = commandLine().setOut(out).setErr(err).execute(arguments);
    out.flush();
    err.flush();
    return code;
  }

  private static PrintWriter standardError() {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(FileDescriptor.err), UTF_8), false);
  }

  /** As the person called it: a clone has it in {@code dev}, an archive in {@code bin}. */
  static String calledAs() {
    String command = System.getenv("SPARKFLIGHT_COMMAND");
    return command == null || command.isBlank() ? "sparkflight" : command;
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
    throw new ParameterException(spec.commandLine(), "Cannot run nothing: say serve, demo or sql");
  }

  private static int misused(ParameterException problem) {
    CommandLine command = problem.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("sparkflight: " + Suggestions.sentence(problem));
    err.println("See " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }
}
