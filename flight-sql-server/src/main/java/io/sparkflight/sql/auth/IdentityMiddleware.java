package io.sparkflight.sql.auth;

import io.grpc.Context;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightErrors;
import io.sparkflight.error.FlightFailure;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightProducer;
import org.apache.arrow.flight.FlightServerMiddleware;
import org.apache.arrow.flight.grpc.ServerInterceptorAdapter;
import org.jspecify.annotations.Nullable;

/**
 * The caller of one call, from its {@code authorization} header: Basic begins a session and is
 * answered with a Bearer token, Bearer goes on with one, none is {@link Identity#ANONYMOUS}.
 */
public final class IdentityMiddleware implements FlightServerMiddleware {
  /** Where a call's middleware is found. */
  public static final Key<IdentityMiddleware> KEY = Key.of("spark-flight-identity");

  private static final String HEADER = "authorization";
  private static final String BASIC = "basic ";
  private static final String BEARER = "bearer ";

  private final Identity identity;
  private final Optional<String> answer;

  private IdentityMiddleware(Identity identity, Optional<String> answer) {
    this.identity = identity;
    this.answer = answer;
  }

  /**
   * Reads the header of each call.
   *
   * @param calls is told of each call when it begins, and gives what to run when it has ended
   */
  public static Factory<IdentityMiddleware> factory(
      Tokens tokens, Function<Identity, Runnable> calls) {
    return (call, headers, context) -> {
      try {
        IdentityMiddleware middleware = of(tokens, headers.get(HEADER));
        Runnable end = calls.apply(middleware.identity);
        // gRPC cancels a call's context when the call is over, be it answered, failed or left.
        Context.current().addListener(over -> end.run(), Runnable::run);
        return middleware;
      } catch (FlightFailure e) {
        throw FlightErrors.toFlight(e);
      }
    };
  }

  /** The caller of a call that the stock server handles. */
  public static Identity of(FlightProducer.CallContext context) {
    return identity(context.getMiddleware(KEY));
  }

  /** The caller of the gRPC call whose context is current. */
  public static Identity ofCurrentCall() {
    Map<Key<?>, FlightServerMiddleware> middleware =
        ServerInterceptorAdapter.SERVER_MIDDLEWARE_KEY.get();
    return identity(middleware == null ? null : (IdentityMiddleware) middleware.get(KEY));
  }

  @Override
  public void onBeforeSendingHeaders(CallHeaders outgoing) {
    answer.ifPresent(token -> outgoing.insert(HEADER, "Bearer " + token));
  }

  @Override
  public void onCallCompleted(CallStatus status) {}

  @Override
  public void onCallErrored(Throwable failure) {}

  /** A call that went round the middleware must not pass for anonymous. */
  private static Identity identity(@Nullable IdentityMiddleware middleware) {
    if (middleware == null) {
      throw new IllegalStateException("a call came without its identity middleware");
    }
    return middleware.identity;
  }

  private static IdentityMiddleware of(Tokens tokens, @Nullable String header) {
    if (header == null) {
      return new IdentityMiddleware(Identity.ANONYMOUS, Optional.empty());
    }
    String scheme = header.toLowerCase(Locale.ROOT);
    if (scheme.startsWith(BEARER)) {
      Tokens.Verified verified = tokens.verify(header.substring(BEARER.length()).trim());
      return new IdentityMiddleware(verified.identity(), verified.successor());
    }
    if (scheme.startsWith(BASIC)) {
      Identity identity = tokens.login(user(header.substring(BASIC.length()).trim()));
      return new IdentityMiddleware(identity, Optional.of(tokens.issue(identity)));
    }
    throw unreadable();
  }

  private static String user(String credentials) {
    try {
      String decoded = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
      int colon = decoded.indexOf(':');
      if (colon >= 0) {
        return decoded.substring(0, colon);
      }
    } catch (IllegalArgumentException e) {
      throw unreadable();
    }
    throw unreadable();
  }

  private static FlightFailure unreadable() {
    return new FlightFailure(
        ErrorKind.UNAUTHENTICATED,
        "Cannot read the authorization header: it is neither Basic user:password nor Bearer token."
            + " Send one of them, or none.");
  }
}
