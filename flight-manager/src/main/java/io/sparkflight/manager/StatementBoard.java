package io.sparkflight.manager;

import java.util.function.Consumer;

/**
 * Where the initiating server of a statement announces its outcome, and where the others learn it.
 * A statement that loses its initiator before the announcement has failed; never the contrary.
 */
public interface StatementBoard {

  /**
   * Declares this process the initiating server of a statement, until it is forgotten or this
   * process is lost.
   *
   * @throws io.sparkflight.error.FlightFailure UNAVAILABLE if it cannot be made known
   */
  void own(StatementHandle statement);

  /**
   * Announces the outcome, once.
   *
   * @throws RejectedAnnouncementException if this process is no longer the owner, so that the
   *     others have given the statement up (safe to clean: nobody delivers it as complete)
   * @throws UnknownAnnouncementException if it is not known whether the announcement took place
   *     (the caller must neither repeat it nor assume either)
   */
  void announce(StatementHandle statement, Outcome outcome);

  /**
   * Calls the listener once, with the outcome or with UNAVAILABLE when the initiating server was
   * lost before it announced one; at once if that has happened already.
   */
  Subscription watch(StatementHandle statement, Consumer<Outcome> listener);

  /** Removes every trace of a statement that this process owns. Idempotent. */
  void forget(StatementHandle statement);
}
