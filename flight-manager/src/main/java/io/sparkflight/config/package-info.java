/**
 * Settings: one typed key per setting, one record per subject, every problem reported at once.
 *
 * <p>Entry: {@link io.sparkflight.config.ConfigSource}. Used by every module; knows none of them.
 *
 * <p>Threading: keys are immutable; a source is confined to the thread that starts the server.
 *
 * <p>Invariant: no setting is read under a name that the manual does not list.
 */
@NullMarked
package io.sparkflight.config;

import org.jspecify.annotations.NullMarked;
