package io.sparkflight.sql.command;

import io.sparkflight.arrow.column.ArrowColumns;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Lease;
import io.sparkflight.manager.SparkFlightManager;
import io.sparkflight.manager.Upload;
import io.sparkflight.sql.ingest.IngestOptions;
import io.sparkflight.sql.ingest.IngestTarget;
import io.sparkflight.sql.ingest.IngestTargets;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code CommandStatementIngest}: takes all rows of an upload first, within the bounds of this
 * server's memory and disk, and then lets Spark write them. A client that leaves in the middle
 * leaves nothing behind.
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
    String user = caller.session().identity().user();
    IngestOptions options = IngestOptions.of(command).of(user);
    StructType columns = ArrowColumns.schema(stream.getRoot(), stream.getDictionaryProvider());
    if (columns.isEmpty()) {
      throw new FlightFailure(
          ErrorKind.INVALID,
          "Cannot ingest into %s: the upload has no columns. Send a schema with at least one."
              .formatted(options.table()));
    }
    IngestTarget target = IngestTargets.of(caller.session().spark(), options);
    OptionalLong done = target.done();
    if (done.isPresent()) {
      return same(done.getAsLong(), stream, target);
    }
    Set<String> required = target.check(columns);
    try (Upload upload = manager.upload(user, stream.getRoot(), stream.getDictionaryProvider())) {
      while (stream.next()) {
        refuseNulls(stream.getRoot(), required, target);
        upload.add();
      }
      write(options, caller, upload);
      return OptionalLong.of(upload.rows());
    }
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

  private void write(IngestOptions options, Caller caller, Upload upload) {
    if (options.id().isEmpty()) {
      write(IngestTargets.of(caller.session().spark(), options), caller, upload);
      return;
    }
    try (Lease only = manager.lease("bulk ingest " + options.id().get())) {
      // Somebody may have brought the same while this was uploaded.
      IngestTarget target = IngestTargets.of(caller.session().spark(), options);
      OptionalLong done = target.done();
      if (done.isPresent()) {
        requireSame(done.getAsLong(), upload.rows(), target);
      } else {
        only.check();
        write(target, caller, upload);
      }
    }
  }

  private void write(IngestTarget target, Caller caller, Upload upload) {
    Upload written =
        statements.change(
            caller,
            "ingest %,d rows into %s".formatted(upload.rows(), target.name()),
            () -> {
              target.write(upload);
              return upload;
            });
    LOG.debug("Ingested {} rows into {}", written.rows(), target.name());
  }

  private static void refuseNulls(VectorSchemaRoot root, Set<String> required, IngestTarget into) {
    for (FieldVector vector : root.getFieldVectors()) {
      if (vector.getNullCount() > 0 && required.contains(vector.getName())) {
        throw new FlightFailure(
            ErrorKind.INVALID,
            "Cannot ingest into %s: its column %s takes no nulls, and the upload has some. Send values."
                .formatted(into.name(), vector.getName()));
      }
    }
  }
}
