package io.sparkflight.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.List;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.SparkException;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import scala.collection.immutable.Map$;

class FlightErrorsTest {
  private static final String LOST =
      "Job aborted due to stage failure: Task 0 in stage 7.0 failed 4 times, most recent failure:"
          + " Lost task 0.3 in stage 7.0 (TID 31) (10.0.0.7 executor 2): ";
  private static final String TRACE =
      "\n\tat org.apache.spark.scheduler.Task.run(Task.scala:141)\n\nDriver stacktrace:\n";

  @ParameterizedTest
  @EnumSource(ErrorKind.class)
  void everyKindHasAStatusAndKeepsItsSentence(ErrorKind kind) {
    FlightRuntimeException flight =
        FlightErrors.toFlight(new FlightFailure(kind, "Cannot fly: no wings. Grow some."));
    assertThat(flight).hasMessage("Cannot fly: no wings. Grow some.");
    assertThat(flight.status().code()).isNotIn(FlightStatusCode.OK, FlightStatusCode.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "DATA_LOSS,INTERNAL",
    "RESOURCES,RESOURCE_EXHAUSTED",
    "INVALID,INVALID_ARGUMENT",
    "NOT_FOUND,NOT_FOUND",
    "UNAVAILABLE,UNAVAILABLE"
  })
  void theKindFixesTheStatus(ErrorKind kind, FlightStatusCode code) {
    assertThat(FlightErrors.toFlight(new FlightFailure(kind, "no")).status().code())
        .isEqualTo(code);
  }

  @Test
  void aFailureAmongTheCausesIsUnwrapped() {
    FlightFailure inner = new FlightFailure(ErrorKind.RESOURCES, "Cannot keep more: full. Wait.");
    assertThat(FlightErrors.ofSpark("run it", new SparkException("aborted", inner)))
        .isSameAs(inner);
  }

  @Test
  void aFailureOfWhichOnlyTheTextCameBackKeepsItsKindAndSentence() {
    FlightFailure thrown = new FlightFailure(ErrorKind.RESOURCES, "Cannot keep more: full. Wait.");
    FlightFailure told = FlightErrors.ofSpark("run it", new SparkException(LOST + thrown + TRACE));
    assertThat(told.kind()).isEqualTo(ErrorKind.RESOURCES);
    assertThat(told).hasMessage("Cannot keep more: full. Wait.");
  }

  @Test
  void aTaskFailureKeepsSparksWordsAndLosesTheTrace() {
    FlightFailure told =
        FlightErrors.ofSpark(
            "run the statement",
            new SparkException(
                LOST + "org.apache.spark.SparkArithmeticException: [DIVIDE_BY_ZERO] No." + TRACE));
    assertThat(told.kind()).isEqualTo(ErrorKind.INTERNAL);
    assertThat(told).hasMessage("Cannot run the statement: [DIVIDE_BY_ZERO] No.");
  }

  @Test
  void aSyntaxErrorIsTheClientsAndSaysWhere() {
    Throwable syntax = catchThrowable(() -> new CatalystSqlParser().parsePlan("SELEC 1"));
    FlightFailure told = FlightErrors.ofSpark("analyse the statement", syntax);
    assertThat(told.kind()).isEqualTo(ErrorKind.INVALID);
    assertThat(told)
        .hasMessageStartingWith("Cannot analyse the statement: [PARSE_SYNTAX_ERROR]")
        .hasMessageContaining("SELEC 1")
        .hasMessageContaining("SQLSTATE: 42601");
  }

  @Test
  void anUnknownTableIsNotFound() {
    AnalysisException unknown =
        new AnalysisException(
            "TABLE_OR_VIEW_NOT_FOUND",
            Map$.MODULE$.<String, String>empty().updated("relationName", "`nowhere`"));
    FlightFailure told = FlightErrors.ofSpark("analyse the statement", unknown);
    assertThat(told.kind()).isEqualTo(ErrorKind.NOT_FOUND);
    assertThat(told)
        .hasMessageStartingWith("Cannot analyse the statement: [TABLE_OR_VIEW_NOT_FOUND]")
        .hasMessageContaining("`nowhere`")
        .hasMessageContaining("SQLSTATE: 42P01");
  }

  @Test
  void aDeepStatementIsTheClients() {
    FlightFailure told = FlightErrors.ofSpark("analyse the statement", new StackOverflowError());
    assertThat(told.kind()).isEqualTo(ErrorKind.INVALID);
    assertThat(told).hasMessageContaining("nested too deeply");
  }

  @Test
  void aStatementThatTheAnalyserGivesUpIsTheClients() {
    String words =
        "Max iterations (100) reached for batch Resolution, please set 'x' to a larger value.";
    FlightFailure told = FlightErrors.ofSpark("analyse the statement", new RuntimeException(words));
    assertThat(told.kind()).isEqualTo(ErrorKind.INVALID);
    assertThat(told).hasMessage("Cannot analyse the statement: " + words);
  }

  @Test
  void aLackOfMemoryInTheDriverOrInATaskIsALimit() {
    for (Throwable lack :
        List.of(
            new OutOfMemoryError("Java heap space"),
            new IllegalStateException("cannot plan", new OutOfMemoryError("Java heap space")),
            new SparkException(LOST + "java.lang.OutOfMemoryError: Java heap space" + TRACE))) {
      FlightFailure told = FlightErrors.ofSpark("run the statement", lack);
      assertThat(told.kind()).isEqualTo(ErrorKind.RESOURCES);
      assertThat(told)
          .hasMessage(
              "Cannot run the statement: it needs more memory than its process has (Java heap space). Ask"
                  + " for less at once, or give the process more.");
    }
  }

  @Test
  void whatNobodyExpectedIsToldByAnIdOnly() {
    FlightFailure told =
        FlightErrors.ofSpark("answer the call", new IllegalStateException("secret detail"));
    assertThat(told.kind()).isEqualTo(ErrorKind.INTERNAL);
    assertThat(told.sentence())
        .matches(
            "Cannot answer the call: the server has a fault\\. Its operator finds it in the log"
                + " under [0-9a-f]{12}\\.");
  }

  @Test
  void theSourceOfATableSpeaksForItself() {
    IOException denied =
        new AccessControlException("ada may not write to /t\n\tat a.b.C(D.java:1)");
    FlightFailure told =
        FlightErrors.ofSpark("run the statement", new IllegalStateException("commit", denied));
    assertThat(told.kind()).isEqualTo(ErrorKind.INTERNAL);
    assertThat(told)
        .hasMessage("Cannot run the statement: AccessControlException: ada may not write to /t");
  }

  @Test
  void aLongSentenceFitsIntoAHeader() {
    String sentence =
        FlightErrors.toFlight(new FlightFailure(ErrorKind.INVALID, "é\n".repeat(9_000)))
            .getMessage();
    assertThat(sentence).hasSizeLessThan(1_000).endsWith("…");
  }

  @Test
  void aCancelledJobIsCancelled() {
    assertThat(
            FlightErrors.ofSpark(
                    "run it", new SparkException("Job 3 cancelled part of cancelled job group x"))
                .kind())
        .isEqualTo(ErrorKind.CANCELLED);
  }
}
