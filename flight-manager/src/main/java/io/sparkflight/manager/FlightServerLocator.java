package io.sparkflight.manager;

import java.util.List;
import java.util.function.Consumer;

/** Finds the live servers. Membership is pushed to the caller, never polled. */
public interface FlightServerLocator {

  /** The live members now, this process included once it has joined, sorted by incarnation. */
  List<Member> members();

  /**
   * Calls the listener with the members after every change, one call at a time, on a thread of the
   * locator. Closing the returned subscription ends the calls.
   */
  Subscription onChange(Consumer<List<Member>> listener);
}
