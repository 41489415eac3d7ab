package io.sparkflight.sql.metadata;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where tables lie.
 *
 * @param catalog null for what belongs to no catalog: temporary views
 * @param parts from the outermost to the innermost; none for what lies in no schema
 */
record Namespace(@Nullable String catalog, List<String> parts) {
  private static final Pattern PLAIN = Pattern.compile("(?!\\d+$)[A-Za-z0-9_]+");

  /** By catalog and then by schema, what has none first: as Flight SQL orders its answers. */
  static final Comparator<Namespace> ORDER =
      Comparator.comparing(Namespace::catalog, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(Namespace::schema, Comparator.nullsFirst(Comparator.naturalOrder()));

  /**
   * The name of the schema. A single one is as it is, because clients quote it themselves. A nested
   * one is a path with dots, its parts quoted where SQL needs it, to be written as it is.
   */
  @Nullable String schema() {
    if (parts.isEmpty()) {
      return null;
    }
    return parts.size() == 1 && parts.get(0).indexOf('.') < 0 ? parts.get(0) : path();
  }

  /** What the schemas nested in it begin with. */
  String prefix() {
    return path() + ".";
  }

  private String path() {
    return parts.stream().map(Namespace::quoted).collect(Collectors.joining("."));
  }

  private static String quoted(String part) {
    return PLAIN.matcher(part).matches() ? part : "`" + part.replace("`", "``") + "`";
  }
}
