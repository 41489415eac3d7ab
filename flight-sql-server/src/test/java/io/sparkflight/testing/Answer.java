package io.sparkflight.testing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The answer to a query, the same for the same answer whoever gave it.
 *
 * @param columns the name and the type of each, the type as Spark calls it
 * @param rows the values of each as {@link Canonical} has them
 */
public record Answer(List<String> columns, List<List<String>> rows) {
  /**
   * The same answer with its rows in an order that the keys alone decide: as they are, but those
   * that follow each other with the same keys by their text.
   *
   * @param keys the columns by which the rows are sorted already; if there are none, all rows have
   *     the same keys
   */
  public Answer settled(List<Integer> keys) {
    List<List<String>> settled = new ArrayList<>();
    List<List<String>> group = new ArrayList<>();
    for (List<String> row : rows) {
      if (!group.isEmpty() && !keys(group.get(0), keys).equals(keys(row, keys))) {
        settled.addAll(byText(group));
        group.clear();
      }
      group.add(row);
    }
    settled.addAll(byText(group));
    return new Answer(columns, settled);
  }

  private static List<String> keys(List<String> row, List<Integer> keys) {
    return keys.stream().map(row::get).toList();
  }

  private static List<List<String>> byText(List<List<String>> rows) {
    return rows.stream().sorted(Comparator.comparing(Object::toString)).toList();
  }
}
