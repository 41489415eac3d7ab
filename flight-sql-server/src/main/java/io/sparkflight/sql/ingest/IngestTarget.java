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

  /** Writes all rows, or none and throws. */
  void write(UploadedRows rows);

  /** What errors call it. */
  String name();
}
