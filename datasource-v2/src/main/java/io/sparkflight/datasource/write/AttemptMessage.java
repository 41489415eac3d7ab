package io.sparkflight.datasource.write;

import org.apache.spark.sql.connector.write.WriterCommitMessage;

/**
 * What a task that has succeeded tells the driver.
 *
 * @param attempt its name
 * @param rows how many it has brought, as the server has counted; none if it has brought nothing
 */
record AttemptMessage(String attempt, long rows) implements WriterCommitMessage {
  private static final long serialVersionUID = 1L;
}
