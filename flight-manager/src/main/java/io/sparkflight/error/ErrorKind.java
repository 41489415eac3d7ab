package io.sparkflight.error;

/** Who has to act on a failure. The kind fixes the Flight status a client sees. */
public enum ErrorKind {
  /** The request is wrong; sending it again does not help. */
  INVALID,
  /** The named thing does not exist (any more) here. */
  NOT_FOUND,
  /** What should be made is there already. */
  EXISTS,
  /** The caller is not who it says it is, or says nothing. */
  UNAUTHENTICATED,
  /** The caller is known and may not do this. */
  UNAUTHORIZED,
  /** This server cannot do it now; another one, or a later try, may. */
  UNAVAILABLE,
  /** A limit was reached. */
  RESOURCES,
  /** The caller, or somebody with the right to, ended it. */
  CANCELLED,
  /** It took longer than allowed. */
  TIMED_OUT,
  /** Not built yet. */
  UNIMPLEMENTED,
  /** The query itself failed while running, or the server has a fault. */
  INTERNAL,
  /** Rows would have been lost or doubled; the result was withheld. */
  DATA_LOSS
}
