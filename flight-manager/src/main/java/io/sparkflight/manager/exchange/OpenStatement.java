package io.sparkflight.manager.exchange;

import io.sparkflight.manager.StatementHandle;

/**
 * What a server must know of a statement before rows or readers of it come.
 *
 * @param statement its id
 * @param owner the only user who may read it
 * @param schemaFrame the first frame of every stream of it
 * @param sequence in which order the partitions leave
 */
@SuppressWarnings("ArrayRecordComponent") // the frame is opaque, and nobody compares these records
public record OpenStatement(
    StatementHandle statement, String owner, byte[] schemaFrame, Sequence sequence) {

  /** In which order the partitions of a statement leave one server. */
  public enum Sequence {
    /** As they become ready. */
    ANY,
    /** By number; needs every partition of the statement to be on this server. */
    BY_PARTITION
  }
}
