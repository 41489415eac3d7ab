package io.sparkflight.sql.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command line said and how it ended. */
record Ran(int code, String out, String err) {
  /** Runs a command line in this JVM. */
  static Ran command(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = SparkFlight.run(new PrintWriter(out), new PrintWriter(err), arguments);
    return new Ran(code, out.toString(), err.toString());
  }
}
