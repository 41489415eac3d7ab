package io.sparkflight.manager.exchange;

import java.util.List;
import java.util.Set;

/**
 * What a server tells the others of an upload that it keeps under a name.
 *
 * @param name in its group
 * @param rows how many it has
 * @param columns their names and types, as Spark writes them in JSON
 * @param nulls the columns in which a row has a null
 * @param host where tasks reach the server
 * @param port the same
 * @param parts the upload, in its order
 */
public record NamedUpload(
    String name,
    long rows,
    String columns,
    Set<String> nulls,
    String host,
    int port,
    List<Part> parts) {

  /**
   * One part of it.
   *
   * @param right to read it
   * @param rows how many it has
   */
  public record Part(ReadRight right, long rows) {}
}
