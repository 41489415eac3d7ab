package io.sparkflight.datasource.write;

import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/**
 * A job whose attempts append to the table itself, each by an ingest of its own: what a failed one
 * has brought stays there.
 *
 * @param plan what is written, and where
 */
record PlainWrite(WritePlan plan) implements BatchWrite {
  @Override
  public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
    return new AttemptWriterFactory(plan, AttemptWriterFactory.Delivery.PLAIN);
  }

  /** Everything is there. */
  @Override
  public void commit(WriterCommitMessage[] messages) {}

  /** What is there cannot be told from what was there before. */
  @Override
  public void abort(WriterCommitMessage[] messages) {}
}
