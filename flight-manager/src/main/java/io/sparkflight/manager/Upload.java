package io.sparkflight.manager;

import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Rows that a client hands in, kept by the server that takes them until Spark has read them. They
 * take as much memory and disk as results may. One thread adds; closing it frees the rows, and ends
 * what still reads them with an error.
 */
public interface Upload extends AutoCloseable {

  /** Opens one, given whose it is and the vectors that will be filled again and again. */
  interface Factory {
    /**
     * Begins an upload. The caller closes it.
     *
     * @param owner the user whose rows they are
     * @param root the vectors, which stay the caller's
     * @param dictionaries of the vectors
     * @throws io.sparkflight.error.FlightFailure UNIMPLEMENTED if Spark has no type for a column
     */
    Upload upload(String owner, VectorSchemaRoot root, DictionaryProvider dictionaries);
  }

  /**
   * Adds the rows that the root holds now.
   *
   * @throws io.sparkflight.error.FlightFailure RESOURCES if there is no room for them
   */
  void add();

  /** The number of rows so far. */
  long rows();

  /** How many bytes they are. */
  long bytes();

  /**
   * What was added, every row exactly once, to be read by Spark as often as it likes until this is
   * closed. Nothing can be added any more.
   */
  Dataset<Row> read(SparkSession session);

  @Override
  void close();
}
