package io.sparkflight.sql.cli;

import io.sparkflight.config.ConfigException;
import io.sparkflight.error.FlightFailure;
import java.io.PrintWriter;
import org.apache.arrow.flight.FlightRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says on standard error why a command failed. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /** Prints one sentence for what is known, and a pointer to the log for a defect. */
  static int tell(Exception failure, PrintWriter err) {
    if (failure instanceof ReaderGoneException) {
      return ExitCode.OK;
    }
    if (failure instanceof UnreachableException unreachable) {
      err.println("sparkflight: " + unreachable.getMessage());
      return ExitCode.UNREACHABLE;
    }
    err.println("sparkflight: " + sentence(failure));
    return ExitCode.FAILED;
  }

  private static String sentence(Exception failure) {
    boolean worded =
        failure instanceof FlightFailure
            || failure instanceof ConfigException
            || failure instanceof FlightRuntimeException
            || failure instanceof IllegalArgumentException
            || failure instanceof java.io.UncheckedIOException;
    if (!worded) {
      LOG.error("A defect of the command line", failure);
    }
    return String.valueOf(failure.getMessage());
  }
}
