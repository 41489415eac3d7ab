package io.sparkflight.manager.exchange;

import io.sparkflight.manager.StatementHandle;

/**
 * How long nobody has read a statement, or one server's part of it.
 *
 * @param statement which
 * @param idleNanos zero while somebody reads, or waits for rows
 */
public record Attention(StatementHandle statement, long idleNanos) {}
