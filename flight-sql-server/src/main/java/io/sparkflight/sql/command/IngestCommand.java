package io.sparkflight.sql.command;

import io.sparkflight.arrow.column.ArrowColumns;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Lease;
import io.sparkflight.manager.SparkFlightManager;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.Upload;
import io.sparkflight.manager.UploadedRows;
import io.sparkflight.sql.ingest.IngestOptions;
import io.sparkflight.sql.ingest.IngestStep;
import io.sparkflight.sql.ingest.IngestTarget;
import io.sparkflight.sql.ingest.IngestTargets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code CommandStatementIngest}: takes all rows of an upload first, within the bounds of this
 * server's memory and disk, and then lets Spark write them; or keeps them as a part of an ingest,
 * until a commit names all its parts. A client that leaves in the middle leaves nothing behind.
 */
public final class IngestCommand {
  private static final Logger LOG = LoggerFactory.getLogger(IngestCommand.class);

  private final SparkFlightManager manager;
  private final Statements statements;

  public IngestCommand(SparkFlightManager manager, Statements statements) {
    this.manager = manager;
    this.statements = statements;
  }

  /** Runs it once, to its end; the number of rows that it brought. */
  public OptionalLong run(CommandStatementIngest command, Caller caller, FlightStream stream) {
    Transactions.refuse(command.getTransactionId());
    IngestOptions options = IngestOptions.of(command).of(user(caller));
    StructType columns = ArrowColumns.schema(stream.getRoot(), stream.getDictionaryProvider());
    if (columns.isEmpty()) {
      throw new FlightFailure(
          ErrorKind.INVALID,
          "Cannot ingest into %s: the upload has no columns. Send a schema with at least one."
              .formatted(options.table()));
    }
    if (options.step() instanceof IngestStep.Part part) {
      return OptionalLong.of(keep(part, options, caller, stream, columns));
    }
    if (options.step() instanceof IngestStep.Commit commit) {
      requireNoRows(stream, options);
      return OptionalLong.of(commit(commit, options, caller, columns));
    }
    return whole(options, caller, stream, columns);
  }

  private static String user(Caller caller) {
    return caller.session().identity().user();
  }

  private OptionalLong whole(
      IngestOptions options, Caller caller, FlightStream stream, StructType columns) {
    IngestTarget target = IngestTargets.of(caller.session().spark(), options);
    OptionalLong done = target.done();
    if (done.isPresent()) {
      return same(done.getAsLong(), stream, target);
    }
    try (Upload upload = take(target, caller, stream, columns)) {
      if (options.id().isEmpty()) {
        write(IngestTargets.of(caller.session().spark(), options), caller, upload);
      } else {
        once(options, caller, columns, upload.rows(), () -> upload);
      }
      return OptionalLong.of(upload.rows());
    }
  }

  /** Takes all rows of a stream. The caller closes them. */
  private Upload take(IngestTarget target, Caller caller, FlightStream stream, StructType columns) {
    Set<String> required = target.check(columns);
    Upload upload = manager.upload(user(caller), stream.getRoot(), stream.getDictionaryProvider());
    try {
      while (stream.next()) {
        upload.add();
        refuseNulls(upload, required, target);
      }
      return upload;
    } catch (Throwable e) {
      upload.close();
      throw e;
    }
  }

  /** Whether the ingest has been done already is asked once, by the commit: it may cost a job. */
  private long keep(
      IngestStep.Part part,
      IngestOptions options,
      Caller caller,
      FlightStream stream,
      StructType columns) {
    IngestTarget target = IngestTargets.of(caller.session().spark(), options);
    try (Upload upload = take(target, caller, stream, columns)) {
      upload.keep(group(options), part.name());
      return upload.rows();
    }
  }

  private long commit(
      IngestStep.Commit commit, IngestOptions options, Caller caller, StructType columns) {
    StatementHandle group = group(options);
    once(
        options,
        caller,
        columns,
        commit.rows(),
        () -> manager.gather(group, commit.parts(), columns));
    manager.free(group);
    return commit.rows();
  }

  private static void requireNoRows(FlightStream stream, IngestOptions options) {
    while (stream.next()) {
      if (stream.getRoot().getRowCount() > 0) {
        throw new FlightFailure(
            ErrorKind.INVALID,
            "Cannot commit the ingest into %s: the commit brings rows. Send them as a part, and name it."
                .formatted(options.table()));
      }
    }
  }

  private static StatementHandle group(IngestOptions options) {
    return StatementHandle.parse(options.id().orElseThrow());
  }

  /** Keeps the parts of an ingest, which are there on any server; for how long from now on. */
  public Duration renew(String id, String user) {
    return manager.renew(IngestOptions.id(user, id));
  }

  /** Frees the parts of an ingest, if there are any. */
  public void discard(String id, String user) {
    manager.free(IngestOptions.id(user, id));
  }

  /** The rows are there already: what comes now can only be counted. */
  private static OptionalLong same(long done, FlightStream stream, IngestTarget target) {
    long rows = 0;
    while (stream.next()) {
      rows += stream.getRoot().getRowCount();
    }
    requireSame(done, rows, target);
    return OptionalLong.of(done);
  }

  private static void requireSame(long done, long rows, IngestTarget target) {
    if (rows != done) {
      throw new FlightFailure(
          ErrorKind.INVALID,
          "Cannot ingest into %s: its %s was used for %d rows, and these are %d. Use another one for other rows."
              .formatted(target.name(), IngestOptions.ID, done, rows));
    }
  }

  /** Writes rows that nobody else writes meanwhile, unless somebody has written them before. */
  private void once(
      IngestOptions options,
      Caller caller,
      StructType columns,
      long count,
      Supplier<UploadedRows> source) {
    try (Lease only = manager.lease("bulk ingest " + options.id().orElseThrow())) {
      IngestTarget target = IngestTargets.of(caller.session().spark(), options);
      OptionalLong done = target.done();
      if (done.isPresent()) {
        requireSame(done.getAsLong(), count, target);
        return;
      }
      target.recover(); // before the source says that rows are missing, and have to be sent again
      try (UploadedRows rows = source.get()) {
        refuseNulls(rows, target.check(columns), target); // it may be another table by now
        only.check();
        write(target, caller, rows);
      }
    }
  }

  private void write(IngestTarget target, Caller caller, UploadedRows rows) {
    UploadedRows written =
        statements.change(
            caller,
            "ingest %,d rows into %s".formatted(rows.rows(), target.name()),
            () -> {
              target.write(rows);
              return rows;
            });
    LOG.debug("Ingested {} rows into {}", written.rows(), target.name());
  }

  private static void refuseNulls(UploadedRows rows, Set<String> required, IngestTarget into) {
    for (String column : rows.nulls()) {
      if (required.contains(column)) {
        throw new FlightFailure(
            ErrorKind.INVALID,
            "Cannot ingest into %s: its column %s takes no nulls, and the upload has some. Send values."
                .formatted(into.name(), column));
      }
    }
  }
}
