/**
 * The one place of this module that uses what Spark does not publish.
 *
 * <p>Entry: {@link org.apache.spark.sql.sparkflight.SqlBridge}, and for statements with parameters
 * {@link org.apache.spark.sql.sparkflight.AnalysedStatement}. Used by {@code sql}; knows nothing of
 * Flight. It lies in Spark's package because the members it uses are private to it.
 *
 * <p>Threading: as the Spark member that each method stands for.
 *
 * <p>Invariant: a new Spark version is a matter of this package alone.
 */
@NullMarked
package org.apache.spark.sql.sparkflight;

import org.jspecify.annotations.NullMarked;
