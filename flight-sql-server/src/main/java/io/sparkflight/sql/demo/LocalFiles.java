package io.sparkflight.sql.demo;

import java.nio.file.Path;

/** How Spark is told of files of this machine, whatever its default file system is. */
public final class LocalFiles {
  private LocalFiles() {}

  /** Not a URI: Hadoop takes the text as it is, so an encoded space would be three characters. */
  public static String location(Path path) {
    return "file://" + path.toAbsolutePath();
  }
}
