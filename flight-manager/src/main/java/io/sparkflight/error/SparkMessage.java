package io.sparkflight.error;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;
import org.jspecify.annotations.Nullable;

/**
 * What Spark says about a failure, without what only its developers read.
 *
 * @param kind who has to act
 * @param text the error class, the sentence, and the SQLSTATE where Spark has one
 * @param origin whose words the text is made of
 */
record SparkMessage(ErrorKind kind, String text, Origin origin) {
  /** Whose words a text is made of. */
  enum Origin {
    SPARK,
    /** A {@link FlightFailure} that was thrown in an executor and of which the text came back. */
    EXECUTOR
  }

  private static final Pattern OURS =
      Pattern.compile(Pattern.quote(FlightFailure.class.getName()) + "\\[([A-Z_]+)]: ");

  /** Where the useful part of a message ends: a stack trace or the driver's own. */
  private static final Pattern TRACE =
      Pattern.compile("\\s*(\\R\\s+at \\S+\\(|\\RDriver stacktrace:)");

  /**
   * What the scheduler puts before the message of the failed task, and its class if it says little.
   */
  private static final Pattern LOST_TASK =
      Pattern.compile(
          "^Job aborted due to stage failure: .*?Lost task [^)]*\\) \\([^)]*\\): "
              + "(org\\.apache\\.spark\\.\\S+: (?=\\[)|java\\.lang\\.RuntimeException: )?",
          Pattern.DOTALL);

  private static final Pattern OUT_OF_MEMORY =
      Pattern.compile("^java\\.lang\\.OutOfMemoryError: (.*)");

  /** Whose failures are a fault, unless they are known: the JDK's, Scala's, Spark's and our own. */
  private static final Pattern KNOWN_CODE =
      Pattern.compile(
          "^(java|javax|jdk|sun|com\\.sun|scala|org\\.apache\\.(spark|arrow|curator|zookeeper)"
              + "|io\\.(sparkflight|grpc|netty)|com\\.google)\\..*");

  private static final String CANCELLED_GROUP = "part of cancelled job group";

  /**
   * The message of the failure that Spark itself would call the reason, or else of what a table's
   * source has thrown; empty if it is neither's.
   */
  static Optional<SparkMessage> of(Throwable failure) {
    Throwable spark = null;
    for (Throwable each = failure; each != null; each = each.getCause()) {
      Optional<SparkMessage> ours = executorFailure(each);
      if (ours.isPresent()) {
        return ours;
      }
      if (each instanceof RuntimeException && unresolved(each)) {
        return Optional.of(new SparkMessage(ErrorKind.INVALID, message(each), Origin.SPARK));
      }
      if (each instanceof SparkThrowable candidate
          && (spark == null || candidate.getErrorClass() != null)) {
        spark = each;
      }
    }
    return Optional.ofNullable(spark).map(SparkMessage::ofThrowable).or(() -> ofSource(failure));
  }

  /** What the source of a table says, by an exception of its own: a conflict of writers, say. */
  private static Optional<SparkMessage> ofSource(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each.getMessage() != null && !KNOWN_CODE.matcher(each.getClass().getName()).matches()) {
        String text =
            "%s: %s".formatted(each.getClass().getSimpleName(), withoutTrace(message(each)));
        return Optional.of(new SparkMessage(ErrorKind.INTERNAL, text, Origin.SPARK));
      }
    }
    return Optional.empty();
  }

  FlightFailure failure(String what, Throwable cause) {
    Matcher memory = OUT_OF_MEMORY.matcher(text);
    if (memory.find()) {
      return FlightErrors.outOfMemory(what, memory.group(1), cause);
    }
    return new FlightFailure(
        kind, origin == Origin.EXECUTOR ? text : "Cannot %s: %s".formatted(what, text), cause);
  }

  /** What the analyser throws without a class of its own for a statement nested too deeply. */
  private static boolean unresolved(Throwable failure) {
    return message(failure).startsWith("Max iterations (");
  }

  private static Optional<SparkMessage> executorFailure(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    Matcher ours = OURS.matcher(message);
    if (!(failure instanceof SparkThrowable) || !ours.find()) {
      return Optional.empty();
    }
    return Optional.of(
        new SparkMessage(
            ErrorKind.valueOf(ours.group(1)),
            withoutTrace(message.substring(ours.end())),
            Origin.EXECUTOR));
  }

  private static SparkMessage ofThrowable(Throwable failure) {
    String errorClass = ((SparkThrowable) failure).getErrorClass();
    String text = LOST_TASK.matcher(withoutTrace(message(failure))).replaceFirst("");
    return new SparkMessage(
        kind(failure, errorClass),
        text + sqlState(((SparkThrowable) failure).getSqlState(), text) + reason(failure, text),
        Origin.SPARK);
  }

  /** An analysis error carries the whole plan behind its sentence. */
  private static String message(Throwable failure) {
    String whole = String.valueOf(failure.getMessage());
    if (failure instanceof AnalysisException analysis) {
      String simple = analysis.getSimpleMessage();
      return whole.startsWith(simple) ? simple : whole;
    }
    return whole;
  }

  private static ErrorKind kind(Throwable failure, @Nullable String errorClass) {
    if (errorClass != null && errorClass.startsWith("TABLE_OR_VIEW_NOT_FOUND")) {
      return ErrorKind.NOT_FOUND;
    }
    if (failure instanceof AnalysisException) {
      return ErrorKind.INVALID;
    }
    return String.valueOf(failure.getMessage()).contains(CANCELLED_GROUP)
        ? ErrorKind.CANCELLED
        : ErrorKind.INTERNAL;
  }

  private static String sqlState(@Nullable String sqlState, String text) {
    return sqlState == null || text.contains(sqlState) ? "" : " SQLSTATE: " + sqlState;
  }

  /** The innermost cause, where Spark only says that something else failed. */
  private static String reason(Throwable failure, String text) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String reason = withoutTrace(String.valueOf(root.getMessage()));
    return root == failure || root.getMessage() == null || text.contains(reason)
        ? ""
        : " Reason: %s: %s".formatted(root.getClass().getSimpleName(), reason);
  }

  private static String withoutTrace(String message) {
    Matcher trace = TRACE.matcher(message);
    return (trace.find() ? message.substring(0, trace.start()) : message).strip();
  }
}
