package io.sparkflight.manager;

import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Rows that clients have handed in and servers keep. Closing it says that nobody reads on. */
public interface UploadedRows extends AutoCloseable {

  /** The number of rows. */
  long rows();

  /** The columns in which at least one row has a null. */
  Set<String> nulls();

  /**
   * What was handed in, every row exactly once, to be read by Spark as often as it likes until this
   * is closed. Nothing can be added any more.
   */
  Dataset<Row> read(SparkSession session);

  @Override
  void close();
}
