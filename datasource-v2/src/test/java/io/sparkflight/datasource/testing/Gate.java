package io.sparkflight.datasource.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.auth2.CallHeaderAuthenticator;

/**
 * Lets in whoever has a token that is good, and gives the user ada one for the password, once each.
 */
public final class Gate implements CallHeaderAuthenticator {
  /** What lets ada in. */
  public static final String PASSWORD = "canary-of-the-password";

  private static final String TOKEN = "canary-of-a-token";

  private final Set<String> tokens = ConcurrentHashMap.newKeySet();
  private final List<String> seen = new CopyOnWriteArrayList<>();

  /** A server that asks it of every caller, and speaks no TLS. The caller closes it. */
  public ScriptedServer server() throws IOException {
    return ScriptedServer.start(
        Location.forGrpcInsecure("127.0.0.1", 0), builder -> builder.headerAuthenticator(this));
  }

  @Override
  public AuthResult authenticate(CallHeaders incoming) {
    String who = Objects.requireNonNullElse(incoming.get("authorization"), "nobody");
    seen.add(who.startsWith("Basic ") ? "basic" : who);
    if (incoming.get("x-tenant") != null) {
      seen.add("tenant " + incoming.get("x-tenant"));
    }
    String basic =
        "Basic " + Base64.getEncoder().encodeToString(("ada:" + PASSWORD).getBytes(UTF_8));
    if (who.equals(basic)) {
      String given = TOKEN + "-" + seen.size();
      tokens.add(given);
      return result(given);
    }
    if (who.startsWith("Bearer ") && tokens.contains(who.substring(7))) {
      return result("");
    }
    throw CallStatus.UNAUTHENTICATED.withDescription("who are you?").toRuntimeException();
  }

  private static AuthResult result(String token) {
    return new AuthResult() {
      @Override
      public String getPeerIdentity() {
        return "ada";
      }

      @Override
      public void appendToOutgoingHeaders(CallHeaders outgoing) {
        if (!token.isEmpty()) {
          outgoing.insert("authorization", "Bearer " + token);
        }
      }
    };
  }

  /** Lets in whoever has this token. */
  public void admit(String token) {
    tokens.add(token);
  }

  /** Lets in nobody by a token that was good. */
  public void dismissAll() {
    tokens.clear();
  }

  /** Lets in nobody by this token. */
  public void dismiss(String token) {
    tokens.remove(token);
  }

  /** Forgets who was there, and their tokens. */
  public void reset() {
    dismissAll();
    seen.clear();
  }

  /**
   * How each caller signed in, in the order in which they came: "nobody", "basic" or what was sent;
   * and "tenant T" for a header.
   */
  public List<String> seen() {
    return seen;
  }

  /** How often somebody signed in by password. */
  public long logins() {
    return seen.stream().filter("basic"::equals).count();
  }
}
