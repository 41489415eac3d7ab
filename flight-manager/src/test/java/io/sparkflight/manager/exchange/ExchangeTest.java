package io.sparkflight.manager.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkflight.config.ConfigSource;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.ResultStream;
import io.sparkflight.manager.StatementHandle;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stays of a statement that has failed, and what those learn who come for it. */
class ExchangeTest {
  private static final String SELF = "00000000000000aa";
  private static final String OWNER = "ada";
  private static final String WHY = "Cannot run it: the moon is in the way.";

  @TempDir Path folder;
  private Exchange exchange;

  @BeforeEach
  void start() {
    ConfigSource source =
        ConfigSource.of(
            Map.of(
                "spark.flight.exchange.spill-directory",
                folder.toString(),
                "spark.flight.exchange.idle-timeout",
                "1s"));
    exchange = Exchange.start(ExchangeConfig.from(source), SELF);
  }

  @AfterEach
  void stop() {
    exchange.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 60_000})
  void nothingIsKeptOfAFailureThatNobodyHasReadYet(long retention) {
    Ticket ticket = failed(open(retention));
    assertThat(exchange.usage().statements()).isZero();
    for (int reader = 0; reader < 2; reader++) {
      assertFailure(() -> exchange.read(ticket, OWNER), ErrorKind.DATA_LOSS, WHY);
    }
    assertFailure(() -> exchange.read(ticket, "eve"), ErrorKind.UNAUTHORIZED, "another user");
    assertFailure(() -> exchange.inlet(ticket.statement()), ErrorKind.DATA_LOSS, WHY);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 60_000})
  void aServerWaitsForTheReadersOfAFailure(long retention) {
    Ticket ticket = open(retention);
    ResultStream reader = exchange.read(ticket, OWNER);
    Ticket unused = failed(ticket);
    assertThat(exchange.read()).isOne();
    assertFailure(reader::check, ErrorKind.DATA_LOSS, WHY);
    reader.close();
    assertThat(exchange.usage().statements()).isZero();
    if (retention == 0) {
      assertFailure(() -> exchange.read(ticket, OWNER), ErrorKind.NOT_FOUND, "it has failed");
    } else { // it was for many readers, and the others were not told
      assertFailure(() -> exchange.read(ticket, OWNER), ErrorKind.DATA_LOSS, WHY);
    }
    exchange.cancel(ticket.statement(), OWNER); // which is no error
  }

  @Test
  void cancellingAFailureIsNoError() {
    Ticket ticket = failed(open(0));
    exchange.cancel(ticket.statement(), OWNER);
    assertFailure(
        () -> exchange.cancel(ticket.statement(), "eve"), ErrorKind.UNAUTHORIZED, "another user");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aResultThatNobodyReadsAnyMoreHasExpired(boolean hadReader) {
    Ticket ticket = open(1);
    if (hadReader) {
      exchange.read(ticket, OWNER).close();
    }
    await("its end").until(() -> exchange.usage().statements() == 0);
    assertFailure(() -> exchange.read(ticket, OWNER), ErrorKind.NOT_FOUND, "it has expired");
  }

  private Ticket open(long retention) {
    StatementHandle statement = StatementHandle.random();
    exchange.open(
        new OpenStatement(
            statement, OWNER, new byte[] {1}, OpenStatement.Sequence.ANY, SELF, retention));
    return Ticket.whole(statement, SELF, SELF);
  }

  private Ticket failed(Ticket ticket) {
    exchange.decide(ticket.statement(), new Outcome.Failed(ErrorKind.DATA_LOSS, WHY));
    return ticket;
  }

  private static void assertFailure(Runnable call, ErrorKind kind, String text) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            FlightFailure.class, failure -> assertThat(failure.kind()).isEqualTo(kind))
        .hasMessageContaining(text);
  }
}
