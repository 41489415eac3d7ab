/**
 * Values that clients bind: read from Arrow, one row at a time, in the form of Spark's public API.
 *
 * <p>Entry: {@link io.sparkflight.sql.parameter.ParameterRows}. Used by {@code sql}, {@code
 * sql.command} and {@code sql.session}; knows neither statements nor Spark's plans.
 *
 * <p>Threading: rows are immutable; reading belongs to one call.
 *
 * <p>Invariant: nothing is believed of what a client sends, and what cannot be kept exactly is
 * refused.
 */
@NullMarked
package io.sparkflight.sql.parameter;

import org.jspecify.annotations.NullMarked;
