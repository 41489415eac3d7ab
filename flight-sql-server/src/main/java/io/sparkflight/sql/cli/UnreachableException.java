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
    String reason = "no answer";
    for (Throwable each = cause; each != null; each = each.getCause()) {
      reason = each.getMessage() == null ? reason : each.getMessage();
    }
    return reason.replaceAll("[.\\s]+$", "");
  }
}
