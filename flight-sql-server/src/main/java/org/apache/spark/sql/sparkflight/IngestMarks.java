package org.apache.spark.sql.sparkflight;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
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

  private final FileSystem files;
  private final Path table;
  private final Path pending;
  private final Path done;

  private IngestMarks(FileSystem files, Path table, String id) {
    this.files = files;
    this.table = table;
    String name = hash(id);
    this.pending = new Path(new Path(table, FOLDER), name + ".pending");
    this.done = new Path(new Path(table, FOLDER), name + ".done");
  }

  /** Those of an ingest into the table with this root folder. */
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

  /** The rows of a job will be moved from now on. */
  void begin(String job) throws IOException {
    write(pending, job);
  }

  /** Removes the files of a job that died while it moved them. */
  public void undo() throws IOException {
    Optional<String> job = read(pending);
    if (job.isEmpty()) {
      return;
    }
    RemoteIterator<LocatedFileStatus> all = files.listFiles(table, true);
    while (all.hasNext()) {
      Path file = all.next().getPath();
      if (file.getName().contains(job.get()) && !files.delete(file, false)) {
        throw new IOException("cannot delete " + file);
      }
    }
    files.delete(pending, false);
  }

  /** All rows are in the table. */
  public void finish(long rows, Clock clock) throws IOException {
    Path written = done.suffix(".new");
    write(written, String.valueOf(rows));
    if (!files.rename(written, done)) {
      throw new IOException("cannot create " + done);
    }
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

  private void write(Path mark, String text) throws IOException {
    try (OutputStream content = files.create(mark, true)) {
      content.write(text.getBytes(UTF_8));
    }
  }

  /** A client may call an ingest whatever it likes; a file may not be called so. */
  private static String hash(String id) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(id.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
