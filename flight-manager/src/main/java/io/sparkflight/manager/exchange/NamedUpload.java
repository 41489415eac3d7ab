package io.sparkflight.manager.exchange;

import java.util.List;

/**
 * What a server tells the others of an upload that it keeps under a name.
 *
 * @param name in its group
 * @param rows how many it has
 * @param nulls the numbers of the columns in which a row has a null, from 0
 * @param host where tasks reach the server
 * @param port the same
 * @param parts the upload, in its order
 */
public record NamedUpload(
    String name, long rows, List<Integer> nulls, String host, int port, List<Part> parts) {

  /**
   * All that a server keeps of one group.
   *
   * @param columns the names and types of each of them, as Spark writes them in JSON; empty if
   *     there are none
   */
  public record Group(String columns, List<NamedUpload> uploads) {
    /** Nothing is kept. */
    public static final Group NONE = new Group("", List.of());
  }

  /**
   * One part of it.
   *
   * @param right to read it
   * @param rows how many it has
   */
  public record Part(ReadRight right, long rows) {}
}
