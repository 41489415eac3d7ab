package io.sparkflight.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkflight.testing.FlightSqlServerExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every client tries everything that it has; the manual's page says what was found. */
@Timeout(900)
class CompatibilityIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  /** What is shown must not depend on where the test runs. */
  static final String IN_UTC = "SET spark.sql.session.timeZone = UTC";

  private static final Path PAGE = Path.of("..", "docs", "compatibility.md");

  private static final String HEAD =
      """
      # Compatibility

      What each client can do with this server, as a test of every build finds it. This page is
      generated: `make docs` writes it anew.

      ## Features

      An empty cell: the client has no such thing.

      """;

  private static final String TYPES =
      """

      ## Types

      What a client makes of a value of each Spark type: its name for the type, and the value as its
      language shows it, or what it says instead.

      """;

  private static final String PARAMETERS =
      """

      ## Parameters

      The same values bound to a parameter, as the client made them of a result: whether the very
      value arrives (a value that would arrive as another one fails the test), or what the client
      says instead. JDBC reads and binds by the getter and the setter of the type, Python binds its
      own objects, the others bind Arrow data. ADBC for Java does so without a user name.

      """;

  /** A value of every type that has an Arrow form. */
  private static final List<String> EXPRESSIONS =
      List.of(
          "true",
          "tinyint(7)",
          "smallint(7)",
          "7",
          "7L",
          "float(1.5)",
          "1.5D",
          "cast('1.10' AS decimal(38, 2))",
          "'Grüße'",
          "cast('abc' AS char(5))",
          "cast('abc' AS varchar(5))",
          "X'00FF'",
          "date'2024-01-31'",
          "timestamp'2024-01-31 10:00:00.5'",
          "timestamp_ntz'2024-01-31 10:00:00.5'",
          "interval '1-2' year to month",
          "interval '1 02:03:04.5' day to second",
          "array(1, null)",
          "map('a', 1)",
          "named_struct('a', 1, 'b', 'x')",
          "null");

  private static final List<Client> CLIENTS = new ArrayList<>();

  private static TimeZone zone = TimeZone.getDefault();

  @BeforeAll
  static void makeClients() throws Exception {
    assumeTrue(PythonEnvironment.possible(), "this machine has no python3");
    assumeTrue(Programs.present("go"), "this machine has no Go");
    CLIENTS.add(new JdbcClient());
    CLIENTS.add(new AdbcJavaClient(SERVER.memory()));
    CLIENTS.add(ProgramClient.python());
    CLIENTS.add(ProgramClient.go());
    zone = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
  }

  @AfterAll
  static void resetZone() {
    TimeZone.setDefault(zone);
  }

  @Test
  void thePageSaysWhatClientsCanDo() throws Exception {
    String page = HEAD + features() + TYPES + types() + PARAMETERS + parameters();
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE)
        .as("the generated page; `make docs` writes it anew")
        .exists()
        .content()
        .isEqualTo(page);
  }

  private static String features() throws Exception {
    Set<String> names = new LinkedHashSet<>();
    List<Map<String, String>> columns = new ArrayList<>();
    for (Client client : CLIENTS) {
      Map<String, String> limits = new LinkedHashMap<>();
      client.features(SERVER.authority()).forEach(each -> limits.put(each.name(), each.limit()));
      columns.add(limits);
    }
    columns.forEach(column -> names.addAll(column.keySet()));
    StringBuilder page = new StringBuilder(header("feature"));
    for (String name : names) {
      page.append("| ").append(name);
      for (Map<String, String> column : columns) {
        String limit = column.get(name);
        page.append(" | ").append(limit == null ? "" : limit.isEmpty() ? "yes" : "not " + limit);
      }
      page.append(" |\n");
    }
    return page.toString();
  }

  private static String types() throws Exception {
    List<List<Client.Value>> columns = new ArrayList<>();
    for (Client client : CLIENTS) {
      columns.add(client.values(SERVER.authority(), EXPRESSIONS));
    }
    StringBuilder page = new StringBuilder(header("value"));
    for (int row = 0; row < EXPRESSIONS.size(); row++) {
      page.append("| `").append(EXPRESSIONS.get(row)).append('`');
      for (List<Client.Value> column : columns) {
        page.append(" | ").append(cell(column.get(row)));
      }
      page.append(" |\n");
    }
    return page.toString();
  }

  private static String parameters() throws Exception {
    List<Client.Parameter> parameters = EXPRESSIONS.stream().map(CompatibilityIT::bound).toList();
    List<List<Client.Bound>> columns = new ArrayList<>();
    for (Client client : CLIENTS) {
      columns.add(client.bind(SERVER.authority(), parameters));
    }
    StringBuilder page = new StringBuilder(header("value"));
    for (int row = 0; row < EXPRESSIONS.size(); row++) {
      String expected = ask("SELECT %s".formatted(json(EXPRESSIONS.get(row))));
      page.append("| `").append(EXPRESSIONS.get(row)).append('`');
      for (int column = 0; column < columns.size(); column++) {
        Client.Bound bound = columns.get(column).get(row);
        assertThat(bound.arrived())
            .as("%s through %s", EXPRESSIONS.get(row), CLIENTS.get(column).name())
            .isIn(expected, bound.limit().isEmpty() ? expected : "");
        page.append(" | ").append(cell(bound));
      }
      page.append(" |\n");
    }
    return page.toString();
  }

  private static String cell(Client.Bound bound) {
    if (bound.limit().isEmpty()) {
      return "yes";
    }
    String limit = bound.limit().lines().findFirst().orElse("").replace("|", "\\|");
    return bound.arrived().isEmpty() ? "`%s`".formatted(limit) : limit;
  }

  private static Client.Parameter bound(String expression) {
    String type = ask("SELECT typeof(%s)".formatted(expression));
    String value = "CAST(? AS %s)".formatted(type.equals("void") ? "int" : type);
    return new Client.Parameter(expression, "SELECT %s AS v".formatted(json(value)));
  }

  /** A text that shows every type. */
  private static String json(String value) {
    return "to_json(struct(%s AS v))".formatted(value);
  }

  private static String ask(String sql) {
    SparkSession spark = SERVER.spark().newSession();
    spark.sql(IN_UTC);
    return spark.sql(sql).first().getString(0);
  }

  private static String cell(Client.Value value) {
    String text = value.text().lines().findFirst().orElse("").replace("|", "\\|");
    return value.type().isEmpty()
        ? "`%s`".formatted(text)
        : "%s: `%s`".formatted(value.type().replace("|", "\\|").replace("<", "&lt;"), text);
  }

  private static String header(String first) {
    StringBuilder header = new StringBuilder("| " + first);
    CLIENTS.forEach(client -> header.append(" | ").append(client.name()));
    return header.append(" |\n|---").append("|---".repeat(CLIENTS.size())).append("|\n").toString();
  }
}
