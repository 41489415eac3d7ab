package io.sparkflight.manager.exchange;

import io.sparkflight.manager.StatementHandle;
import java.time.Duration;

/**
 * What a server must know of a statement before rows or readers of it come.
 *
 * @param statement its id
 * @param owner the only user who may read it
 * @param schemaFrame the first frame of every stream of it
 * @param sequence in which order the partitions leave
 * @param initiator the incarnation of the server that runs the statement
 * @param retentionMillis how long the result can be read again; 0 if it is read once
 */
@SuppressWarnings("ArrayRecordComponent") // the frame is opaque, and nobody compares these records
public record OpenStatement(
    StatementHandle statement,
    String owner,
    byte[] schemaFrame,
    Sequence sequence,
    String initiator,
    long retentionMillis) {

  /** Whether the result can be read again. */
  boolean retained() {
    return retentionMillis > 0;
  }

  /** How long the result can be read again; zero if it is read once. */
  Duration retention() {
    return Duration.ofMillis(retentionMillis);
  }

  /** In which order the partitions of a statement leave one server. */
  public enum Sequence {
    /** As they become ready. */
    ANY,
    /** By number; needs every partition of the statement to be on this server. */
    BY_PARTITION,
    /** By number, from the first of this server's range on, which it is told later. */
    RANGE
  }
}
