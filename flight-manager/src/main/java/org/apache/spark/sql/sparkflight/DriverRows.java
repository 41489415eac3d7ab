package org.apache.spark.sql.sparkflight;

import java.util.Iterator;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.InternalRow;

/** The rows of a query that the driver has without a job. */
public interface DriverRows {

  /**
   * Hands them over in their order. A row may change when the next one is asked for.
   *
   * @param reader reads them, on this thread
   */
  <T> T read(Function<Iterator<InternalRow>, T> reader);
}
