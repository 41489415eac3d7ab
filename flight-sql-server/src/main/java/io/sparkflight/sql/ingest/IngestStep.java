package io.sparkflight.sql.ingest;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What one upload is for its ingest. */
public sealed interface IngestStep {

  /** All rows of it. */
  record Whole() implements IngestStep {}

  /**
   * Some of its rows, which are kept until they are committed or discarded.
   *
   * @param name by which the commit tells it
   */
  record Part(String name) implements IngestStep {}

  /**
   * The end of it: these parts are its rows, and no others.
   *
   * @param parts how many rows each of them has, by name
   */
  record Commit(Map<String, Long> parts) implements IngestStep {
    /** How many rows all of them have. */
    public long rows() {
      return parts.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * Reads the name of a part.
   *
   * @throws FlightFailure INVALID if it is none
   */
  static Part part(String name) {
    if (!name.matches(NAME)) {
      throw refused("'%s' is no name of a part. %s".formatted(shown(name), HOW));
    }
    return new Part(name);
  }

  /**
   * Reads the list of the parts that are committed: {@code name:rows}, with commas between.
   *
   * @throws FlightFailure INVALID if it is none
   */
  static Commit commit(String list) {
    Map<String, Long> parts = new LinkedHashMap<>();
    for (String part : list.isEmpty() ? new String[0] : list.split(",", -1)) {
      Matcher matcher = PART.matcher(part);
      if (!matcher.matches()) {
        throw refused("'%s' is no part with its number of rows. %s".formatted(shown(part), HOW));
      }
      if (parts.put(matcher.group(1), Long.valueOf(matcher.group(2))) != null) {
        throw refused("it names part %s twice. Name it once.".formatted(matcher.group(1)));
      }
    }
    return new Commit(parts);
  }

  /** A name of up to 128 characters. */
  String NAME = "[A-Za-z0-9._-]{1,128}";

  /** A number that a long holds, and many of which do not overflow one. */
  Pattern PART = Pattern.compile("(%s):([0-9]{1,15})".formatted(NAME));

  String HOW =
      "A name has up to 128 letters, digits, points, hyphens and underscores; a list is name:rows,name:rows.";

  private static String shown(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  private static FlightFailure refused(String why) {
    return new FlightFailure(ErrorKind.INVALID, "Cannot carry out the bulk ingest: " + why);
  }
}
