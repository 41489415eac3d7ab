/**
 * What the server remembers of a client between two calls: settings, current catalog, prepared
 * statements.
 *
 * <p>Entry: {@link io.sparkflight.sql.session.Sessions}. Used by {@code sql.command} and {@code
 * sql.metadata}; knows neither tickets nor Flight SQL's messages.
 *
 * <p>Threading: thread-safe; a session may be used by several calls at once.
 *
 * <p>Invariant: nothing of a session outlives its idle timeout or its close.
 */
@NullMarked
package io.sparkflight.sql.session;

import org.jspecify.annotations.NullMarked;
