/**
 * What clients do with statements: one Flight SQL command, one class.
 *
 * <p>Entry: {@link io.sparkflight.sql.command.Statements}, which all of them share. Used by {@code
 * sql}; knows neither tokens nor gRPC.
 *
 * <p>Threading: thread-safe, stateless; what is remembered lies in the session.
 *
 * <p>Invariant: a command of SQL runs once per execution, or row of values, and never while it is
 * prepared; an execution has the plan that an analysis of that moment would come to.
 */
@NullMarked
package io.sparkflight.sql.command;

import org.jspecify.annotations.NullMarked;
