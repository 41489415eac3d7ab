package io.sparkflight.sql.auth;

/**
 * The caller of one call.
 *
 * @param user who it says it is
 * @param session the id of its session, the same on every server
 */
public record Identity(String user, String session) {
  /** Whoever sends no credentials: all of them are one user in one session. */
  public static final Identity ANONYMOUS = new Identity("anonymous", "anonymous");
}
