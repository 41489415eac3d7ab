package io.sparkflight.datasource.sql;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The name of a table in the parts that a bulk ingest wants.
 *
 * @param catalog null if the name has none
 * @param schema the names of the schema, several if it lies in another one; none if there is none
 * @param table the last part
 */
public record TableName(@Nullable String catalog, List<String> schema, String table)
    implements Serializable {

  public TableName {
    schema = List.copyOf(schema);
  }

  /**
   * Reads a name as it stands in a FROM clause: {@code table}, {@code schema.table} or {@code
   * catalog.schema.table}, each part as it is or in quotes.
   *
   * @param quote what the server's SQL puts around names
   * @throws IllegalArgumentException if it is no such name
   */
  public static TableName parse(String text, String quote) {
    List<String> parts = new ArrayList<>();
    String rest = text.strip();
    while (!rest.isEmpty()) {
      int end = rest.startsWith(quote) ? quoted(rest, quote) : plain(rest);
      String part = rest.substring(0, end);
      parts.add(
          part.startsWith(quote) && end > 1
              ? part.substring(1, end - 1).replace(quote + quote, quote)
              : part);
      boolean more = end < rest.length();
      if (part.isEmpty() || part.equals(quote + quote) || (more && rest.charAt(end) != '.')) {
        throw noName(text);
      }
      rest = more ? rest.substring(end + 1) : "";
      if (more && rest.isEmpty()) {
        throw noName(text);
      }
    }
    return of(parts).orElseThrow(() -> noName(text));
  }

  /** Another table of the same schema. */
  public TableName sibling(String other) {
    return new TableName(catalog, schema, other);
  }

  /**
   * The schema as a path of names, as a server of ours reads it: each in backquotes, unless it is
   * one that says what it is without.
   */
  public String schemaPath() {
    boolean plain = schema.size() == 1 && schema.get(0).matches("[^.`]*");
    return plain
        ? schema.get(0)
        : schema.stream()
            .map(name -> "`" + name.replace("`", "``") + "`")
            .collect(Collectors.joining("."));
  }

  private static Optional<TableName> of(List<String> parts) {
    int last = parts.size() - 1;
    return switch (parts.size()) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(new TableName(null, List.of(), parts.get(0)));
      case 2 -> Optional.of(new TableName(null, parts.subList(0, 1), parts.get(1)));
      default -> Optional.of(new TableName(parts.get(0), parts.subList(1, last), parts.get(last)));
    };
  }

  /** Where a part in quotes ends, behind the quote; two quotes are one in the name. */
  private static int quoted(String rest, String quote) {
    int at = 1;
    while (at < rest.length()) {
      if (rest.startsWith(quote, at)) {
        if (!rest.startsWith(quote, at + 1)) {
          return at + 1;
        }
        at++;
      }
      at++;
    }
    return 0; // it never ends: no part
  }

  private static int plain(String rest) {
    int at = 0;
    while (at < rest.length() && isPlain(rest.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isPlain(char letter) {
    return Character.isLetterOrDigit(letter) || letter == '_' || letter == '-' || letter == '$';
  }

  private static IllegalArgumentException noName(String text) {
    return new IllegalArgumentException(
        "Cannot write to %s: dbtable is not the name of a table. Write it as table, schema.table or catalog.schema.table."
            .formatted(text));
  }
}
