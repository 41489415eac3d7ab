/**
 * Flight servers that find each other and share out the rows of a DataFrame. Usable without SQL.
 *
 * <p>Entry: {@link io.sparkflight.manager.SparkFlightManager}; a third party adds its own through
 * {@link io.sparkflight.manager.SparkFlightManagerProvider}. Used by any Flight producer that
 * serves DataFrames; knows neither SQL nor sessions.
 *
 * <p>Threading: everything here may be called from any thread.
 *
 * <p>Invariant: a result is delivered exactly once, or the client gets an error.
 */
@NullMarked
package io.sparkflight.manager;

import org.jspecify.annotations.NullMarked;
