/**
 * What each mainstream client can do with the server, tried by programs of its own kind.
 *
 * <p>Entry: {@link io.sparkflight.clients.CompatibilityIT}, which writes {@code
 * docs/compatibility.md} and holds it to what was found. Used by the build alone.
 *
 * <p>Threading: one client at a time.
 *
 * <p>Invariant: a feature works, or is a limit that was met as expected; anything else fails the
 * build.
 */
@NullMarked
package io.sparkflight.clients;

import org.jspecify.annotations.NullMarked;
