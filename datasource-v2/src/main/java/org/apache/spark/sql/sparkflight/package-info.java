/**
 * The one place of this module that uses what Spark does not publish.
 *
 * <p>Entry: {@link org.apache.spark.sql.sparkflight.TableFunctionBridge} and {@link
 * org.apache.spark.sql.sparkflight.DistinctConstants}. Used by the root package of the source;
 * knows nothing of Flight.
 *
 * <p>Threading: as the Spark member that each method stands for.
 *
 * <p>Invariant: a new Spark version is a matter of this package alone.
 */
@NullMarked
package org.apache.spark.sql.sparkflight;

import org.jspecify.annotations.NullMarked;
