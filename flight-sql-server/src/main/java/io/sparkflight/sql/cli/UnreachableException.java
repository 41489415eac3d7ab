package io.sparkflight.sql.cli;

/** No server answers where one was expected. The message is a sentence for people. */
final class UnreachableException extends RuntimeException {
  UnreachableException(String uri, Throwable cause) {
    super(
        "Cannot reach %s: %s. Is the server up? `sparkflight demo` starts one; --uri names another."
            .formatted(uri, reason(cause)),
        cause);
  }

  /** gRPC's own words are "io exception"; the operating system's are at the bottom. */
  private static String reason(Throwable cause) {
    Throwable deepest = cause;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return String.valueOf(deepest.getMessage()).replaceAll("[.\\s]+$", "");
  }
}
