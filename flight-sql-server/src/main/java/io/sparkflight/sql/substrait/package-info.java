/**
 * Plans of Substrait: from bytes that anybody may have made to something that Spark can analyse.
 *
 * <p>Entry: {@link io.sparkflight.sql.substrait.SubstraitPlans}. Used by {@code sql.command}; knows
 * neither sessions nor Flight's server. What is Spark's own part of it lies in the bridge.
 *
 * <p>Threading: thread-safe, immutable.
 *
 * <p>Invariant: nothing of a plan is passed over. What would not take effect is refused by name.
 */
@NullMarked
package io.sparkflight.sql.substrait;

import org.jspecify.annotations.NullMarked;
