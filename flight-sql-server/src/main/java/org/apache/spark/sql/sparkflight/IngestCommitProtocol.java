package org.apache.spark.sql.sparkflight;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.OutputCommitter;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.output.FileOutputCommitter;
import org.apache.spark.internal.io.FileCommitProtocol;
import org.apache.spark.sql.execution.datasources.SQLHadoopMapReduceCommitProtocol;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * How the files of an ingest come into a table. Each job has a folder of its own beneath the table,
 * which Spark does not read: with Hadoop's usual one, {@code _temporary}, two jobs that write to
 * one table take each other's files. When every task has succeeded, the table is told what will be
 * moved ({@link IngestMarks}), and then it is. Spark makes this by its name, in the driver and in
 * every task.
 */
public final class IngestCommitProtocol extends SQLHadoopMapReduceCommitProtocol {
  /** The session's setting, and so the job's, that carries the id of the ingest. */
  public static final String ID = "spark.flight.ingest.id";

  private static final long serialVersionUID = 1L;

  private final String job;
  private final String table;

  public IngestCommitProtocol(String job, String table, boolean dynamicPartitionOverwrite) {
    super(job, table, dynamicPartitionOverwrite);
    this.job = job;
    this.table = table;
  }

  @Override
  public OutputCommitter setupCommitter(TaskAttemptContext context) {
    // The other algorithm moves files before the job has succeeded.
    context.getConfiguration().setInt(FileOutputCommitter.FILEOUTPUTCOMMITTER_ALGORITHM_VERSION, 1);
    try {
      return new FileOutputCommitter(staging(), context);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void commitJob(JobContext context, Seq<FileCommitProtocol.TaskCommitMessage> tasks) {
    Configuration hadoop = context.getConfiguration();
    List<Path> moved = new ArrayList<>(elsewhere(tasks));
    try {
      FileSystem files = staging().getFileSystem(hadoop);
      Optional<String> id = Optional.ofNullable(hadoop.getRaw(ID));
      if (id.isPresent()) {
        IngestMarks.of(hadoop, new Path(table), id.get()).begin(job, moved);
      }
      super.commitJob(context, tasks);
      try {
        move(files, moved);
      } catch (IOException | RuntimeException e) {
        for (Path file : moved) {
          files.delete(file, false);
        }
        throw e;
      }
      files.delete(staging(), true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot move the rows into " + table, e);
    }
  }

  private void move(FileSystem files, List<Path> moved) throws IOException {
    Path from = files.makeQualified(staging());
    RemoteIterator<LocatedFileStatus> all = files.listFiles(from, true);
    while (all.hasNext()) {
      Path file = all.next().getPath();
      if (!file.getName().contains(job)) {
        continue; // what Hadoop notes for itself
      }
      Path target = new Path(table, from.toUri().relativize(file.toUri()).getPath());
      files.mkdirs(target.getParent());
      moved.add(target);
      if (!files.rename(file, target)) {
        throw new IOException("cannot create " + target);
      }
    }
  }

  /**
   * The files of partitions that lie outside of the table's folder, as the tasks have told them.
   */
  @SuppressWarnings("unchecked") // what the parent class puts into the messages of its own tasks
  private static List<Path> elsewhere(Seq<FileCommitProtocol.TaskCommitMessage> tasks) {
    List<Path> files = new ArrayList<>();
    for (FileCommitProtocol.TaskCommitMessage task : JavaConverters.seqAsJavaList(tasks)) {
      Tuple2<scala.collection.immutable.Map<String, String>, Object> told =
          (Tuple2<scala.collection.immutable.Map<String, String>, Object>) task.obj();
      JavaConverters.mapAsJavaMap(told._1()).values().forEach(file -> files.add(new Path(file)));
    }
    return files;
  }

  @Override
  public void abortJob(JobContext context) {
    super.abortJob(context);
    try {
      staging().getFileSystem(context.getConfiguration()).delete(staging(), true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + staging(), e);
    }
  }

  private Path staging() {
    return new Path(table, ".spark-flight-" + job);
  }
}
