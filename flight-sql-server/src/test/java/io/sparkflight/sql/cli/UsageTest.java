package io.sparkflight.sql.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
    "serve --port abc,      Invalid value for option '--port': 'abc' is not an int.",
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
}
