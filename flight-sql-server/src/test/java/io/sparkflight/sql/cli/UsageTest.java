package io.sparkflight.sql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line as far as it needs no server. */
class UsageTest {
  private static final int TERMINAL = 80;

  @ParameterizedTest
  @ValueSource(strings = {"--help", "serve --help", "demo --help", "sql --help"})
  void helpHasExamplesAndFitsATerminal(String arguments) {
    Ran ran = Ran.command(arguments.split(" "));

    assertThat(ran.code()).isEqualTo(ExitCode.OK);
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).contains("Usage: sparkflight", "Examples:\n  sparkflight ");
    assertThat(ran.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(TERMINAL));
  }

  @ParameterizedTest
  @CsvSource({
    "serve --prot 1,        Unknown option '--prot'. Did you mean --port?",
    "serve --dta=x,         Unknown option '--dta'. Did you mean --data?",
    "sql --formt csv SELECT,Unknown option '--formt'. Did you mean --format?",
    "slq,                   Unknown command 'slq'. Did you mean sql?",
    "frobnicate,            Unknown command 'frobnicate'.",
    "sql SELECT 1,          One argument too many: '1'.",
    "sql,                   Missing required parameter: 'SQL'.",
    "sql --uri nonsense x,  Cannot connect to 'nonsense': it is not of the form grpc://host:port.",
    "sql --format arrow x,  Cannot write an Arrow file to a terminal: name one with --output.",
    "sql --uri jdbc:arrow-flight-sql://h:1/?user=u x, Cannot connect to 'jdbc:arrow-flight-sql://h:1/?user=u': of the settings of JDBC only useEncryption is read here; see --user.",
    "sql --format xml x,    'Cannot take ''xml'' as --format: it is not one of table, csv, json, arrow.'",
    "serve --port abc,      Cannot take 'abc' as --port: it is not a whole number.",
    "serve --port 99999,    Cannot listen on port 99999: it is not between 0 and 65535.",
    "serve --conf x,        Cannot take 'x' as --conf: it is not of the form K=V.",
    "demo --scale 0,        Cannot generate tables at scale 0.0: it is not above 0 and at most 100000.",
    "demo --scale big,      Cannot take 'big' as --scale: it is not a number.",
  })
  void wrongUsageIsOneSentenceAndAHint(String arguments, String sentence) {
    Ran ran = Ran.command(arguments.split(" "));

    assertThat(ran.code()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .matches("sparkflight: \\Q" + sentence + "\\E\nSee sparkflight( \\w+)? --help\n");
  }

  @Test
  void formatsAreToldAsTheyAreWritten() {
    assertThat(Ran.command("sql", "--help").out()).contains("table, csv, json, arrow");
  }

  @Test
  void versionNamesSpark() {
    assertThat(Ran.command("--version").out()).startsWith("sparkflight ").contains("for Spark 3.5");
  }

  @Test
  void unreachableServerHasItsOwnCode() {
    Ran ran = Ran.command("sql", "--uri", "grpc://127.0.0.1:1", "SELECT 1");

    assertThat(ran.code()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .startsWith("sparkflight: Cannot reach grpc://127.0.0.1:1: ")
        .contains("Connection refused. Is the server up?");
  }

  @Test
  void unknownHostIsAnUnreachableServer() {
    Ran ran = Ran.command("sql", "--uri", "grpc://no-such-host.invalid:32010", "SELECT 1");

    assertThat(ran.code()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(ran.err())
        .startsWith(
            "sparkflight: Cannot reach grpc://no-such-host.invalid:32010: the host"
                + " no-such-host.invalid is not known. ");
  }

  @Test
  void jdbcUrlIsAnAddressToo() {
    assertThat(ServerAddress.parse("jdbc:arrow-flight-sql://h:1/?useEncryption=false"))
        .hasToString("grpc://h:1");
    assertThat(ServerAddress.parse("jdbc:arrow-flight-sql://h:1")).hasToString("grpc+tls://h:1");
    assertThat(ServerAddress.parse("grpc+tcp://h:1")).hasToString("grpc+tcp://h:1");
  }

  @Test
  void portInUseIsToldBeforeSparkStarts() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Ran ran = Ran.command("demo", "--port", Integer.toString(taken.getLocalPort()));

      assertThat(ran.code()).isEqualTo(ExitCode.FAILED);
      assertThat(ran.err())
          .isEqualTo(
              "sparkflight: Cannot listen on 127.0.0.1:%d: Address already in use. Choose another address or port, or port 0 for any free one.\n"
                  .formatted(taken.getLocalPort()));
    }
  }
}
