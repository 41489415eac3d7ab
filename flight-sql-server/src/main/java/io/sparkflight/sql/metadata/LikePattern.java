package io.sparkflight.sql.metadata;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A JDBC search pattern: {@code %} stands for any text, {@code _} for one character, a backslash
 * takes either literally. Upper and lower case are the same, as Spark's names are.
 *
 * <p>Compares in time proportional to pattern × name at worst: only the last {@code %} is ever
 * returned to, so that no pattern of a client can keep a thread busy.
 */
final class LikePattern {
  private static final int ANY_TEXT = -1;
  private static final int ANY_CHARACTER = -2;
  private static final LikePattern EVERYTHING = new LikePattern(List.of(ANY_TEXT));

  private final int[] elements;

  private LikePattern(List<Integer> elements) {
    this.elements = elements.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Matches every name, the empty one too. */
  static LikePattern everything() {
    return EVERYTHING;
  }

  static LikePattern of(String pattern) {
    List<Integer> elements = new ArrayList<>();
    int[] points = pattern.codePoints().toArray();
    for (int i = 0; i < points.length; i++) {
      if (points[i] == '\\' && i + 1 < points.length) {
        i++;
        elements.add(folded(points[i]));
      } else if (points[i] == '%') {
        elements.add(ANY_TEXT);
      } else {
        elements.add(points[i] == '_' ? ANY_CHARACTER : folded(points[i]));
      }
    }
    return new LikePattern(elements);
  }

  /** Whether it stands for this name. */
  boolean matches(String name) {
    int element = reached(name);
    while (element >= 0 && element < elements.length && elements[element] == ANY_TEXT) {
      element++;
    }
    return element == elements.length;
  }

  /** Whether it stands for any name that begins so and goes on. */
  boolean mayMatchBeyond(String beginning) {
    int element = reached(beginning);
    return element >= 0
        && (element < elements.length
            || Arrays.stream(elements).anyMatch(each -> each == ANY_TEXT));
  }

  /** The element after those that take the whole name; negative if they cannot. */
  private int reached(String name) {
    int[] points = name.codePoints().map(LikePattern::folded).toArray();
    int at = 0;
    int element = 0;
    int afterAny = -1;
    int retry = 0;
    while (at < points.length) {
      if (element < elements.length && elements[element] == ANY_TEXT) {
        afterAny = ++element;
        retry = at;
      } else if (element < elements.length && takes(elements[element], points[at])) {
        element++;
        at++;
      } else if (afterAny >= 0) {
        element = afterAny;
        at = ++retry;
      } else {
        return -1;
      }
    }
    return element;
  }

  private static boolean takes(int element, int point) {
    return element == ANY_CHARACTER || element == point;
  }

  private static int folded(int point) {
    return Character.toLowerCase(Character.toUpperCase(point));
  }
}
