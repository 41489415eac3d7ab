package io.sparkflight.datasource.write;

import io.sparkflight.datasource.client.SourceOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a user has said about writing.
 *
 * @param creates whether appending makes a table that does not exist
 * @param atLeastOnce whether rows of failed tasks may be written as well
 */
public record WriteOptions(boolean creates, boolean atLeastOnce) {

  /**
   * Reads options, of which those of reading are left alone.
   *
   * @throws IllegalArgumentException if one is neither true nor false
   */
  public static WriteOptions of(Map<String, String> given) {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(given);
    return new WriteOptions(
        truth(options, SourceOption.WRITE_CREATE),
        truth(options, SourceOption.WRITE_AT_LEAST_ONCE));
  }

  private static boolean truth(Map<String, String> options, SourceOption option) {
    String value = options.getOrDefault(option.key(), "false");
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              "Cannot use flight-sql: the option %s is %s. Set it to true or false."
                  .formatted(option.key(), value));
    };
  }
}
