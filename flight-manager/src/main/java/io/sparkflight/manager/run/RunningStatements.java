package io.sparkflight.manager.run;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Member;
import io.sparkflight.manager.StatementHandle;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The statements of this server that have no outcome yet, and what can end them. Thread-safe. */
final class RunningStatements {
  private final Map<StatementHandle, Running> running = new ConcurrentHashMap<>();

  private record Running(String owner, StatementRun run) {}

  void add(String owner, StatementRun run) {
    running.put(run.statement(), new Running(owner, run));
  }

  void remove(StatementHandle statement) {
    running.remove(statement);
  }

  void clear() {
    running.clear();
  }

  /** Ends a statement because its owner wants it to end. */
  void cancel(StatementHandle statement, String user) {
    Running found = running.get(statement);
    if (found == null) {
      throw new FlightFailure(
          ErrorKind.NOT_FOUND,
          "Cannot cancel statement %s: it has ended, or was started on another server."
              .formatted(statement));
    }
    if (!found.owner().equals(user)) {
      throw new FlightFailure(
          ErrorKind.UNAUTHORIZED,
          "Cannot cancel statement %s: it belongs to another user.".formatted(statement));
    }
    found
        .run()
        .fail(
            new FlightFailure(
                ErrorKind.CANCELLED, "Statement %s was cancelled.".formatted(statement)));
  }

  void failAll(FlightFailure reason) {
    running.values().forEach(each -> each.run().fail(reason));
  }

  /** Ends the statements that a lost server takes part in: its rows went with it. */
  void keepOnly(Collection<Member> members) {
    Set<String> live = members.stream().map(Member::incarnation).collect(Collectors.toSet());
    running.values().forEach(each -> each.run().failUnlessAmong(live));
  }
}
