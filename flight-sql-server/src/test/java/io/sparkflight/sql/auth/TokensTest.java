package io.sparkflight.sql.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Signer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens between servers whose clocks do not agree. */
class TokensTest {
  private static final Instant NOW = Instant.parse("2024-05-06T07:08:09Z");
  private static final Duration LIFETIME = Duration.ofHours(1);
  private static final Signer SIGNER = Signer.of(Optional.of("sixteen characters"));

  private final Tokens here = aheadBy(Duration.ZERO);
  private final Identity ada = here.login("ada");

  @ParameterizedTest
  @ValueSource(ints = {-60, -30, 0, 30, 60})
  void aClockThatDiffersByASmallAmountIsNoMatter(int seconds) {
    Tokens there = aheadBy(Duration.ofSeconds(seconds));
    Tokens.Verified verified = here.verify(there.issue(ada));
    assertThat(verified.identity()).isEqualTo(ada);
    assertThat(verified.successor()).isEmpty();
  }

  /** Else a server whose clock was wrong once would have made tokens that live for years. */
  @Test
  void aTokenFromTheFutureIsRefused() {
    Tokens there = aheadBy(Duration.ofSeconds(61));
    assertThatThrownBy(() -> here.verify(there.issue(ada)))
        .isInstanceOfSatisfying(
            FlightFailure.class,
            failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.UNAUTHENTICATED))
        .hasMessage(
            "Cannot accept the token: it was issued at 2024-05-06T07:09:10Z, which is 61 s from now by"
                + " this server's clock. Set the clocks of the servers, then log in again.");
  }

  @Test
  void aTokenHasASuccessorInItsSecondHalf() {
    Tokens.Verified verified = here.verify(aheadBy(Duration.ofMinutes(-31)).issue(ada));
    assertThat(verified.identity()).isEqualTo(ada);
    assertThat(verified.successor())
        .hasValueSatisfying(token -> assertThat(here.verify(token).identity()).isEqualTo(ada));
  }

  @Test
  void anOldTokenIsRefused() {
    String token = aheadBy(LIFETIME.negated()).issue(ada);
    assertThatThrownBy(() -> here.verify(token))
        .isInstanceOf(FlightFailure.class)
        .hasMessage("Cannot accept the token: it expired at 2024-05-06T07:08:09Z. Log in again.");
  }

  private static Tokens aheadBy(Duration difference) {
    return new Tokens(SIGNER, Clock.fixed(NOW.plus(difference), ZoneOffset.UTC), LIFETIME);
  }
}
