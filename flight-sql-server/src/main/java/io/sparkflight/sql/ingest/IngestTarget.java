package io.sparkflight.sql.ingest;

import io.sparkflight.manager.UploadedRows;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.spark.sql.types.StructType;

/** Where the rows of one bulk ingest go. */
public interface IngestTarget {

  /** How many rows it brought, if this very ingest has been done before. */
  OptionalLong done();

  /**
   * Looks whether rows of these columns fit; writes nothing.
   *
   * @return those of them that take no nulls
   * @throws io.sparkflight.error.FlightFailure INVALID if they do not, saying what does not
   */
  Set<String> check(StructType columns);

  /**
   * Takes back what a server has left that died while it wrote the rows of this very ingest. Called
   * by whoever has the lease, and has found it not {@link #done}, before anything else can fail: an
   * ingest that cannot go on has no rows in the table then, and may be sent again under another id.
   */
  default void recover() {}

  /** Writes all rows, or none and throws; what is not {@link #recover}ed must not be written. */
  void write(UploadedRows rows);

  /** What errors call it. */
  String name();
}
