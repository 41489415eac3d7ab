package io.sparkflight.sql.auth;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Signer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Makes and reads bearer tokens: user, session, issue and expiry, signed. Any server that shares
 * the secret reads them. Thread-safe.
 */
public final class Tokens {
  private static final String PURPOSE = "token";
  private static final int SESSION_BYTES = 16;
  private static final int HEAD = 2 * Long.BYTES + SESSION_BYTES;
  private static final int LONGEST_USER = 256;

  /** How far the clocks of two servers may differ. */
  private static final Duration SKEW = Duration.ofSeconds(60);

  private final Signer signer;
  private final Clock clock;
  private final Duration lifetime;
  private final SecureRandom random = new SecureRandom();

  public Tokens(Signer signer, Clock clock, Duration lifetime) {
    this.signer = signer;
    this.clock = clock;
    this.lifetime = lifetime;
  }

  /** What a token says, and the one to use from now on if it is past the middle of its life. */
  record Verified(Identity identity, Optional<String> successor) {}

  /** A new session of a user. */
  Identity login(String user) {
    if (user.isEmpty() || user.length() > LONGEST_USER) {
      throw new FlightFailure(
          ErrorKind.UNAUTHENTICATED,
          "Cannot log in: the user name is empty or longer than %d characters. Send another one."
              .formatted(LONGEST_USER));
    }
    byte[] session = new byte[SESSION_BYTES];
    random.nextBytes(session);
    return new Identity(user, HexFormat.of().formatHex(session));
  }

  /** A token for an identity that {@link #login} made. */
  String issue(Identity identity) {
    Instant now = clock.instant();
    byte[] user = identity.user().getBytes(StandardCharsets.UTF_8);
    byte[] body =
        ByteBuffer.allocate(HEAD + user.length)
            .putLong(now.toEpochMilli())
            .putLong(now.plus(lifetime).toEpochMilli())
            .put(HexFormat.of().parseHex(identity.session()))
            .put(user)
            .array();
    byte[] signature = signer.sign(PURPOSE, body);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(
            ByteBuffer.allocate(body.length + signature.length).put(body).put(signature).array());
  }

  /**
   * Reads a token.
   *
   * @throws FlightFailure UNAUTHENTICATED if it was not signed with our secret, has expired, or is
   *     from the future
   */
  Verified verify(String token) {
    byte[] bytes = decode(token);
    int end = bytes.length - Signer.BYTES;
    if (end < HEAD
        || !signer.verifies(
            PURPOSE, Arrays.copyOf(bytes, end), Arrays.copyOfRange(bytes, end, bytes.length))) {
      throw invalid();
    }
    ByteBuffer body = ByteBuffer.wrap(bytes, 0, end);
    Instant issued = Instant.ofEpochMilli(body.getLong());
    Instant expiry = Instant.ofEpochMilli(body.getLong());
    byte[] session = new byte[SESSION_BYTES];
    body.get(session);
    Identity identity =
        new Identity(
            StandardCharsets.UTF_8.decode(body).toString(), HexFormat.of().formatHex(session));
    Instant now = clock.instant();
    if (!now.isBefore(expiry)) {
      throw new FlightFailure(
          ErrorKind.UNAUTHENTICATED,
          "Cannot accept the token: it expired at %s. Log in again.".formatted(expiry));
    }
    if (issued.isAfter(now.plus(SKEW))) {
      throw fromTheFuture(issued, now);
    }
    boolean old = now.isAfter(issued.plus(Duration.between(issued, expiry).dividedBy(2)));
    return new Verified(identity, old ? Optional.of(issue(identity)) : Optional.empty());
  }

  private static FlightFailure fromTheFuture(Instant issued, Instant now) {
    return new FlightFailure(
        ErrorKind.UNAUTHENTICATED,
        "Cannot accept the token: it was issued at %s, which is %d s from now by this server's clock. Set"
                .formatted(issued, Duration.between(now, issued).toSeconds())
            + " the clocks of the servers, then log in again.");
  }

  private static byte[] decode(String token) {
    try {
      return Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
  }

  private static FlightFailure invalid() {
    return new FlightFailure(
        ErrorKind.UNAUTHENTICATED,
        "Cannot accept the token: no server of this cluster issued it, or the servers were restarted"
            + " without a common secret. Log in again.");
  }
}
