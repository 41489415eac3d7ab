package io.sparkflight.datasource.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallInfo;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightClientMiddleware;
import org.jspecify.annotations.Nullable;

/**
 * What one client sends with each call to say who it is, and the headers of the user. A server may
 * answer with a bearer token, which is sent from then on: that of Basic authentication, or the
 * successor of one that grows old. Thread-safe: gRPC calls it on threads of its own.
 */
final class SignIn implements FlightClientMiddleware.Factory, FlightClientMiddleware {
  private static final String AUTHORIZATION = "authorization";
  private static final String BEARER = "Bearer ";

  private final Map<String, String> headers;
  private final boolean signsIn;
  private volatile @Nullable String authorization;

  /** A bearer token is sent as it is; a user signs in by {@link #start}. */
  SignIn(ServerOptions server) {
    this.headers = server.headers();
    this.authorization = server.bearer().map(token -> BEARER + token).orElse(null);
    String user = server.user();
    this.signsIn = authorization == null && user != null;
    if (signsIn) {
      String password = server.password() == null ? "" : server.password();
      byte[] basic = (user + ":" + password).getBytes(UTF_8);
      this.authorization = "Basic " + Base64.getEncoder().encodeToString(basic);
    }
  }

  /** Signs a user in, if there is one. Without a token in the answer each call is signed in. */
  void start(FlightClient client, CallOption... options) {
    if (signsIn) {
      client.handshake(options);
    }
  }

  /** Whether a session of the server began with this, which nobody else has. */
  boolean hasOwnSession() {
    return signsIn && bearer().isPresent();
  }

  /** The token that the server has accepted, or given. */
  Optional<String> bearer() {
    String sent = authorization;
    return sent != null && sent.startsWith(BEARER)
        ? Optional.of(sent.substring(BEARER.length()))
        : Optional.empty();
  }

  @Override
  public FlightClientMiddleware onCallStarted(CallInfo call) {
    return this;
  }

  @Override
  public void onBeforeSendingHeaders(CallHeaders sent) {
    headers.forEach(sent::insert);
    String who = authorization;
    if (who != null) {
      sent.insert(AUTHORIZATION, who);
    }
  }

  @Override
  public void onHeadersReceived(CallHeaders received) {
    String given = received.get(AUTHORIZATION);
    if (given != null && given.startsWith(BEARER) && authorization != null) {
      authorization = given;
    }
  }

  @Override
  public void onCallCompleted(CallStatus status) {}
}
