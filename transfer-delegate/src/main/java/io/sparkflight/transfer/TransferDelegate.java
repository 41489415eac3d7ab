package io.sparkflight.transfer;

import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/** Decides whether a statement runs here or as a job on an external cluster, and why. */
public interface TransferDelegate {

  /** Where a statement runs, with a reason that a program can read. */
  record Decision(Place place, String reason) {}

  /** Where a statement may run. */
  enum Place {
    /** In this server's own application. */
    HERE,
    /** As a job of its own on the external cluster. */
    EXTERNAL
  }

  /** Decides on a parsed statement; runs nothing. */
  Decision decide(LogicalPlan statement);

  /** The delegate of this version: everything stays here, because nothing can be submitted yet. */
  static TransferDelegate notAvailableYet() {
    return statement ->
        new Decision(Place.HERE, "DELEGATION_NOT_AVAILABLE: this version submits no transfers yet");
  }
}
