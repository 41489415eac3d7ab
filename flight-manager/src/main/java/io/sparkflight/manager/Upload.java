package io.sparkflight.manager;

import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * Rows that a client hands in, kept by the server that takes them until Spark has read them. They
 * take as much memory and disk as results may. One thread adds; closing it frees the rows, unless
 * they have got a name, and ends what still reads them with an error.
 */
public interface Upload extends UploadedRows {

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

  /**
   * Gives it a name in a group, under which any server of the cluster finds it: from now on it
   * belongs to the group, and closing it does nothing. Nothing can be added any more.
   *
   * @throws io.sparkflight.error.FlightFailure EXISTS if this server keeps one of that name in the
   *     group; RESOURCES if it keeps too many
   */
  void keep(StatementHandle group, String name);
}
