package io.sparkflight.manager.exchange;

import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.statement.AttemptRecord;
import java.util.List;

/** What the initiating server of a statement asks of every server that will hold rows of it. */
public interface Participant {

  /** Get ready for rows and readers. */
  void open(OpenStatement statement);

  /** Make these attempts the rows of their partitions, or throw; nothing is half done after. */
  void commit(StatementHandle statement, List<AttemptRecord> records);
}
