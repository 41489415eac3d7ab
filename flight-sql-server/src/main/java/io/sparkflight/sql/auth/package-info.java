/**
 * Who calls: a user and a session, proven by a signed token that every server of a cluster accepts.
 *
 * <p>Entry: {@link io.sparkflight.sql.auth.IdentityMiddleware}. Used by {@code sql}; knows neither
 * statements nor Spark.
 *
 * <p>Threading: immutable but for the middleware, which belongs to one call.
 *
 * <p>Invariant: no call goes on with a token that was not signed here or has expired.
 */
@NullMarked
package io.sparkflight.sql.auth;

import org.jspecify.annotations.NullMarked;
