package io.sparkflight.manager.statement;

/** What to do with a batch that an executor has pushed. */
public enum BatchVerdict {
  /** Keep it. */
  STORE,
  /** Drop it: the client already has these very rows from an earlier attempt. */
  ALREADY_RELEASED,
  /** Drop it: the same attempt sent it before. */
  REPEATED,
  /** Refuse it: the attempt has lost, the statement has ended, or a batch is missing before it. */
  REFUSED
}
