package org.apache.spark.sql.sparkflight;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * What a table of files remembers of one ingest, in files of its own that Spark does not read: that
 * the rows of a job are about to be moved into the table, and then that all of them are. A job that
 * died in between is undone by the names of its files.
 *
 * <p>Concurrency: at most one server works on one ingest of one table.
 */
public final class IngestMarks {
  /** Spark passes over what begins with an underscore. */
  private static final String FOLDER = "_spark_flight_ingest";

  /** An id is forgotten after this time. */
  private static final Duration KEPT = Duration.ofDays(30);

  /** The last line of a mark that is whole. */
  private static final String END = "end";

  /** What Spark calls a job that writes. */
  private static final Pattern JOB = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private final FileSystem files;
  private final Path table;
  private final Path pending;
  private final Path done;

  private IngestMarks(FileSystem files, Path table, String id) {
    this.files = files;
    this.table = table;
    this.pending = new Path(new Path(table, FOLDER), id + ".pending");
    this.done = new Path(new Path(table, FOLDER), id + ".done");
  }

  /**
   * Those of an ingest into the table with this root folder.
   *
   * @param id hexadecimal digits
   */
  public static IngestMarks of(Configuration hadoop, Path table, String id) throws IOException {
    return new IngestMarks(table.getFileSystem(hadoop), table, id);
  }

  /** How many rows it brought, if it has been done. */
  public OptionalLong done() throws IOException {
    Optional<String> rows = read(done);
    return rows.isPresent()
        ? OptionalLong.of(Long.parseLong(rows.get().strip()))
        : OptionalLong.empty();
  }

  /**
   * The rows of a job will be moved from now on.
   *
   * @param elsewhere files of it that will lie outside of the table's folder
   */
  void begin(String job, List<Path> elsewhere) throws IOException {
    StringBuilder text = new StringBuilder(job).append('\n');
    elsewhere.forEach(file -> text.append(file).append('\n'));
    write(pending, text.append(END).toString());
  }

  /** Removes the files of a job that died while it moved them. */
  public void undo() throws IOException {
    Optional<String> mark = read(pending);
    if (mark.isEmpty()) {
      return;
    }
    List<String> lines = mark.get().lines().toList();
    if (lines.size() < 2
        || !JOB.matcher(lines.get(0)).matches()
        || !lines.get(lines.size() - 1).equals(END)) {
      throw new IOException(
          "%s is not what an ingest writes there; see what has become of the table, and delete it"
              .formatted(pending));
    }
    String job = lines.get(0);
    for (String file : lines.subList(1, lines.size() - 1)) {
      delete(new Path(file));
    }
    RemoteIterator<LocatedFileStatus> all = files.listFiles(table, true);
    while (all.hasNext()) {
      Path file = all.next().getPath();
      if (file.getName().contains("-" + job)) {
        delete(file);
      }
    }
    files.delete(pending, false);
  }

  private void delete(Path file) throws IOException {
    if (files.exists(file) && !files.delete(file, false)) {
      throw new IOException("cannot delete " + file);
    }
  }

  /** All rows are in the table. */
  public void finish(long rows, Clock clock) throws IOException {
    write(done, String.valueOf(rows));
    files.delete(pending, false);
    long oldest = clock.millis() - KEPT.toMillis();
    for (FileStatus each : files.listStatus(done.getParent())) {
      if (each.getModificationTime() < oldest) {
        files.delete(each.getPath(), false);
      }
    }
  }

  private Optional<String> read(Path mark) throws IOException {
    try (InputStream content = files.open(mark)) {
      return Optional.of(new String(content.readAllBytes(), UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Whole or not at all. */
  private void write(Path mark, String text) throws IOException {
    Path written = mark.suffix(".new");
    try (OutputStream content = files.create(written, true)) {
      content.write(text.getBytes(UTF_8));
    }
    files.delete(mark, false);
    if (!files.rename(written, mark)) {
      throw new IOException("cannot create " + mark);
    }
  }
}
