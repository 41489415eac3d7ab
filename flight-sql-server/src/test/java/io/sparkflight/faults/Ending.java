package io.sparkflight.faults;

/** What came of one run: the first two are right, whatever broke; the others never are. */
enum Ending {
  /** Every row came once, and every stream ended well. */
  EXACT,
  /** The reader was told that something is missing; what it had until then was right. */
  ERROR,
  /** A row was missing, double or not what it should be, and nobody said so. */
  WRONG,
  /** The reader waited for longer than the run may take. */
  HANG,
  /** The run ended, and something of it stayed on a server. */
  LEAK
}
