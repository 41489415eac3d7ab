package io.sparkflight.faults;

/**
 * The result of one run.
 *
 * @param why what was reported, empty if the rows were exact
 */
record Outcome(Ending ending, String why) {
  static final Outcome EXACT = new Outcome(Ending.EXACT, "");

  static Outcome error(Throwable failure) {
    return new Outcome(Ending.ERROR, String.valueOf(failure.getMessage()));
  }

  static Outcome wrong(String why) {
    return new Outcome(Ending.WRONG, why);
  }

  static Outcome hang(String why) {
    return new Outcome(Ending.HANG, why);
  }
}
