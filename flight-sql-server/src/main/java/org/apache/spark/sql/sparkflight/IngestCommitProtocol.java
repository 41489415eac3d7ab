package org.apache.spark.sql.sparkflight;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.spark.internal.io.FileCommitProtocol;
import org.apache.spark.sql.execution.datasources.SQLHadoopMapReduceCommitProtocol;
import scala.collection.Seq;

/**
 * Spark's own protocol, which notes in the table what it is about to move there. Spark makes it by
 * its name, in the driver and in every task.
 */
public final class IngestCommitProtocol extends SQLHadoopMapReduceCommitProtocol {
  /** The session's setting, and so the job's, that carries the id of the ingest. */
  public static final String ID = "spark.flight.ingest.id";

  private static final long serialVersionUID = 1L;

  private final String job;
  private final String folder;

  public IngestCommitProtocol(String job, String folder, boolean dynamicPartitionOverwrite) {
    super(job, folder, dynamicPartitionOverwrite);
    this.job = job;
    this.folder = folder;
  }

  @Override
  public void commitJob(JobContext context, Seq<FileCommitProtocol.TaskCommitMessage> tasks) {
    try {
      IngestMarks.of(
              context.getConfiguration(), new Path(folder), context.getConfiguration().get(ID))
          .begin(job);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    super.commitJob(context, tasks);
  }
}
