package io.sparkflight.manager.exchange;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.StatementHandle;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why statements are not here any more, for those who come late: the newest {@value #REMEMBERED}.
 * Thread-safe; the first ending of a statement holds.
 */
final class Endings {
  private static final int REMEMBERED = 10_000;

  private final Map<StatementHandle, Ending> ended =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<StatementHandle, Ending> eldest) {
              return size() > REMEMBERED;
            }
          });

  /**
   * One of them.
   *
   * @param owner the only user who may learn of it
   * @param why completes "the statement …"
   * @param reason for those who still bring rows: it becomes the reason of the whole statement
   * @param untold whether those who come are told the reason itself: no reader was told, or the
   *     result was for many
   */
  private record Ending(String owner, String why, FlightFailure reason, boolean untold) {}

  /** A statement is freed in the course of things: it was read, cancelled, or nobody wants it. */
  void ended(OpenStatement statement, String why, FlightFailure reason) {
    ended.putIfAbsent(
        statement.statement(), new Ending(statement.owner(), why, reason, /* untold= */ false));
  }

  /** A statement has failed here. */
  void failed(OpenStatement statement, FlightFailure reason) {
    ended.putIfAbsent(
        statement.statement(),
        new Ending(statement.owner(), StatementFailures.FAILED, reason, /* untold= */ true));
  }

  /** Whether there is nothing to cancel any more: it was cancelled, or has failed. */
  boolean isCancelled(StatementHandle statement, String user) {
    Ending ending = ended.get(statement);
    return ending != null
        && ending.owner().equals(user)
        && StatementFailures.OVER.contains(ending.why());
  }

  /** What to tell a user who wants to read a statement that is not here. */
  FlightFailure toReader(StatementHandle statement, String user) {
    Ending ending = ended.get(statement);
    if (ending == null) {
      return StatementFailures.notHere(statement, "is not known here");
    }
    if (!ending.owner().equals(user)) {
      return StatementFailures.ofAnother(statement);
    }
    return ending.untold()
        ? StatementFailures.again(ending.reason())
        : StatementFailures.notHere(statement, ending.why());
  }

  /** What to tell a server or a task that brings rows of a statement that is not here. */
  FlightFailure toWriter(StatementHandle statement) {
    Ending ending = ended.get(statement);
    return ending == null
        ? StatementFailures.notHere(statement, "is not known here")
        : StatementFailures.again(ending.reason());
  }

  /** What a statement that is freed now was freed for, if nothing went wrong before. */
  static FlightFailure reason(
      StatementHandle statement, ErrorKind kind, String why, @Nullable FlightFailure before) {
    return before == null
        ? new FlightFailure(kind, "Statement %s %s.".formatted(statement, why))
        : before;
  }
}
