package io.sparkflight.sql.cli;

import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;

/** No server answers where one was expected. The message is a sentence for people. */
final class UnreachableException extends RuntimeException {
  UnreachableException(URI uri, Throwable cause) {
    super(
        "Cannot reach %s: %s. Is the server up? `%s demo` starts one; --uri names another."
            .formatted(uri, reason(uri, cause), SparkFlight.calledAs()),
        cause);
  }

  /** Whether the name of the host is what failed. */
  static boolean isUnknownHost(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof UnknownHostException || each instanceof UnresolvedAddressException) {
        return true;
      }
    }
    return false;
  }

  /** gRPC's own words are "io exception"; the operating system's are at the bottom. */
  private static String reason(URI uri, Throwable cause) {
    if (isUnknownHost(cause)) {
      return "the host %s is not known".formatted(uri.getHost());
    }
    String reason = "no answer";
    for (Throwable each = cause; each != null; each = each.getCause()) {
      reason = each.getMessage() == null ? reason : each.getMessage();
    }
    return reason.replaceAll("[.\\s]+$", "");
  }
}
