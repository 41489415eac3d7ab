package io.sparkflight.sql.cli;

import io.sparkflight.testing.FlightSqlServerExtension;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server, and runs of {@code sparkflight sql} against it. */
abstract class SqlRuns {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  static final String MANY = "SELECT id, id * 2 AS twice FROM range(50000) ORDER BY id";

  static final int MANY_ROWS = 50_000;

  static Ran sql(String statement) {
    return sql(statement, "table");
  }

  static Ran sql(String statement, String format, String... more) {
    return Ran.command(arguments(statement, format, more));
  }

  static String[] arguments(String statement, String format, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("sql", "--uri", SERVER.server().uri(), "--format", format));
    arguments.addAll(Arrays.asList(more));
    arguments.add(statement);
    return arguments.toArray(String[]::new);
  }
}
