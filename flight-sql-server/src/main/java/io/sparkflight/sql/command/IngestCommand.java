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

/**
 * {@code CommandStatementIngest}: takes all rows of an upload first, within the bounds of this
 * server's memory and disk, and then lets Spark write them. A client that leaves in the middle
 * leaves nothing behind.
 */
public final class IngestCommand {
  private final SparkFlightManager manager;
  private final Statements statements;

  public IngestCommand(SparkFlightManager manager, Statements statements) {
    this.manager = manager;
    this.statements = statements;
  }

  /** Runs it once, to its end; the number of rows that it brought. */
  public OptionalLong run(CommandStatementIngest command, Caller caller, FlightStream stream) {
    Transactions.refuse(command.getTransactionId());
    IngestOptions options = IngestOptions.of(command);
    if (options.id().isEmpty()) {
      return run(options, caller, stream);
    }
    String what = "ingest %s into %s".formatted(options.id().get(), options.table());
    try (Lease only = manager.lease(what)) {
      return run(options, caller, stream);
    }
  }

  private OptionalLong run(IngestOptions options, Caller caller, FlightStream stream) {
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
      while (stream.next()) {
        // some clients take it for a failure if nobody reads what they send
      }
      return done;
    }
    return OptionalLong.of(write(target, target.check(columns), caller, stream));
  }

  private long write(
      IngestTarget target, Set<String> required, Caller caller, FlightStream stream) {
    VectorSchemaRoot root = stream.getRoot();
    String user = caller.session().identity().user();
    try (Upload upload = manager.upload(user, root, stream.getDictionaryProvider())) {
      while (stream.next()) {
        refuseNulls(root, required, target);
        upload.add();
      }
      statements.change(
          caller,
          "ingest %,d rows into %s".formatted(upload.rows(), target.name()),
          () -> {
            target.write(upload);
            return upload;
          });
      return upload.rows();
    }
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
