package io.sparkflight.manager.exchange;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.statement.AttemptRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What servers ask of each other. Each fails with NOT_FOUND if the server was restarted since: what
 * it kept is gone then.
 */
public interface Participant {

  /** Get ready for rows and readers. */
  void open(OpenStatement statement);

  /** Hear which partition your range of the statement begins with. */
  void first(StatementHandle statement, int partition);

  /** Make these attempts the rows of their partitions, or throw; nothing is half done after. */
  void commit(StatementHandle statement, List<AttemptRecord> records);

  /**
   * Hear how long nobody has read these statements anywhere.
   *
   * @return how long nobody has read your part of them; those without an entry are gone there
   */
  List<Attention> attend(List<Attention> everywhere);

  /**
   * Free a statement, and end its streams with this reason. Does nothing if it is gone.
   *
   * @param why completes "the statement …"
   */
  void end(StatementHandle statement, ErrorKind kind, String why);

  /** As its initiating server: end a statement that cannot go on elsewhere, for everybody. */
  void fail(StatementHandle statement, ErrorKind kind, String reason);

  /** As its initiating server: end a statement because this user wants it. */
  void cancel(StatementHandle statement, String user);

  /**
   * As its initiating server: tell the share of the statement's tasks that have ended; nothing if
   * it has ended, which you wait for at most so long. Throws what it failed with.
   */
  OptionalDouble progress(StatementHandle statement, String user, Duration patience);

  /** Keep your part of a result for its whole retention again; returns until when. */
  Instant renew(StatementHandle statement, String user);

  /** Tell what you keep of a group of named uploads, and keep it for its whole time again. */
  NamedUpload.Group uploads(StatementHandle group);

  /** Keep what you have of a group of named uploads for its whole time again. */
  void renewUploads(StatementHandle group);

  /** Free what you have of a group of named uploads. */
  void freeUploads(StatementHandle group);
}
