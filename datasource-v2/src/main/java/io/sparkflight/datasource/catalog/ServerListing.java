package io.sparkflight.datasource.catalog;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerMetadata;
import io.sparkflight.datasource.client.ServerMetadata.ListedTable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One look at what a server lists, by Spark's namespaces. If the first name of a namespace is one
 * of the server's catalogs, the rest lies in that catalog; else all of it lies in the home catalog,
 * or in none, as temporary views do. Names are the same if they are equal; failing that, if exactly
 * one is equal but for upper and lower case.
 */
final class ServerListing {
  /** What Flight SQL has for tables outside of catalogs and schemas. */
  private static final String NONE = "";

  private final ServerMetadata server;
  private final ServerDdl dialect;
  private final List<String> catalogs;
  private final String home;

  ServerListing(ServerMetadata server, ServerDdl dialect, Optional<String> currentCatalog) {
    this.server = server;
    this.dialect = dialect;
    this.catalogs = server.catalogs();
    this.home =
        catalogs.size() == 1
            ? catalogs.get(0)
            : currentCatalog.filter(catalogs::contains).orElse(NONE);
  }

  /**
   * A schema of the server, or the outside of all its schemas.
   *
   * @param catalog empty for none
   * @param path its names; none for the outside of schemas
   */
  private record Place(String catalog, List<String> path) {
    List<String> with(String name) {
      return concat(catalog.isEmpty() ? path : concat(List.of(catalog), path), List.of(name));
    }
  }

  /** The namespaces right below one. */
  List<List<String>> children(List<String> namespace) {
    Set<List<String>> children = new LinkedHashSet<>();
    for (Place place : candidates(namespace)) {
      int depth = place.path().size();
      if (depth > 0 && !dialect.nested()) {
        continue;
      }
      schemas(place.catalog(), depth == 0 ? null : dialect.pattern(place.path()) + ".%")
          .filter(path -> path.size() > depth && startsWith(path, place.path()))
          .map(path -> concat(namespace, List.of(path.get(depth))))
          .forEach(children::add);
    }
    if (namespace.isEmpty()) {
      children.removeIf(child -> catalogs.contains(child.get(0)));
      catalogs.stream().filter(each -> !each.equals(home)).map(List::of).forEach(children::add);
    }
    return List.copyOf(children);
  }

  /** Whether it is a schema or a catalog of the server; Spark's root is. */
  boolean exists(List<String> namespace) {
    return place(namespace).isPresent();
  }

  /** The names of the tables and views in a namespace; empty if there is no such namespace. */
  Optional<List<String>> tables(List<String> namespace) {
    if (!exists(namespace)) {
      return Optional.empty();
    }
    return Optional.of(
        candidates(namespace).stream()
            .flatMap(place -> listed(place, null))
            .map(ListedTable::name)
            .distinct()
            .toList());
  }

  /** A table or view. */
  Optional<ServerTable> table(List<String> namespace, String name) {
    for (Place place : candidates(namespace)) {
      List<ListedTable> tables = listed(place, ServerDdl.patternOf(name)).toList();
      Optional<ListedTable> found =
          choose(
              tables,
              table -> concat(path(table.schema()), List.of(table.name())),
              concat(place.path(), List.of(name)));
      if (found.isPresent()) {
        ListedTable table = found.get();
        Place at = new Place(table.catalog(), path(table.schema()));
        return Optional.of(new ServerTable(dialect.name(at.with(table.name())), table.type()));
      }
    }
    return Optional.empty();
  }

  /** The names that a new table has in SQL; empty if there is no such namespace. */
  Optional<List<String>> nameOfNew(List<String> namespace, String name) {
    return place(namespace).map(place -> place.with(name));
  }

  /** The names that a new schema has in SQL. */
  List<String> nameOfNew(List<String> namespace) {
    Place place = candidates(namespace).get(0);
    if (place.path().isEmpty()) {
      throw FlightSqlException.because(
          "Cannot create or drop %s: it is a catalog of the server, and not a schema in one."
              .formatted(String.join(".", namespace)));
    }
    int last = place.path().size() - 1;
    return new Place(place.catalog(), place.path().subList(0, last)).with(place.path().get(last));
  }

  /** Where a namespace may lie, in the order in which it is looked for; at least one. */
  private List<Place> candidates(List<String> namespace) {
    if (!namespace.isEmpty()) {
      Optional<String> catalog = choose(catalogs, List::of, namespace.subList(0, 1));
      if (catalog.isPresent()) {
        return List.of(new Place(catalog.get(), namespace.subList(1, namespace.size())));
      }
    }
    return home.isEmpty()
        ? List.of(new Place(NONE, namespace))
        : List.of(new Place(home, namespace), new Place(NONE, namespace));
  }

  private Optional<Place> place(List<String> namespace) {
    for (Place place : candidates(namespace)) {
      if (place.path().isEmpty()) {
        return Optional.of(place);
      }
      List<List<String>> schemas =
          schemas(place.catalog(), dialect.pattern(place.path())).distinct().toList();
      Optional<List<String>> found = choose(schemas, Function.identity(), place.path());
      if (found.isPresent()) {
        return Optional.of(new Place(place.catalog(), found.get()));
      }
    }
    return Optional.empty();
  }

  private Stream<List<String>> schemas(String catalog, @Nullable String pattern) {
    return server.schemas(asked(catalog), pattern).stream()
        .filter(schema -> schema.catalog().equals(catalog))
        .map(schema -> path(schema.name()));
  }

  /** At least the tables of a place; a pattern of the server's may let others through. */
  private Stream<ListedTable> listed(Place place, @Nullable String tables) {
    String catalog = asked(place.catalog());
    boolean outside = place.path().isEmpty();
    String schemas = outside ? NONE : dialect.pattern(place.path());
    List<ListedTable> found = in(place, server.tables(catalog, schemas, tables));
    if (found.isEmpty() && outside && !dialect.nested()) {
      found = in(place, server.tables(catalog, null, tables)); // does not know what empty means
    }
    return found.stream();
  }

  private List<ListedTable> in(Place place, List<ListedTable> tables) {
    List<ListedTable> inCatalog =
        tables.stream().filter(table -> table.catalog().equals(place.catalog())).toList();
    List<List<String>> schemas =
        inCatalog.stream().map(table -> path(table.schema())).distinct().toList();
    Optional<List<String>> schema = choose(schemas, Function.identity(), place.path());
    return inCatalog.stream()
        .filter(table -> schema.filter(path(table.schema())::equals).isPresent())
        .toList();
  }

  private List<String> path(String schema) {
    return schema.isEmpty() ? List.of() : dialect.path(schema);
  }

  /** A server without catalogs need not know how to be asked for those outside of them. */
  private @Nullable String asked(String catalog) {
    return catalog.isEmpty() && catalogs.isEmpty() ? null : catalog;
  }

  private static <T> Optional<T> choose(
      List<T> listed, Function<T, List<String>> name, List<String> wanted) {
    Optional<T> same = listed.stream().filter(each -> name.apply(each).equals(wanted)).findFirst();
    if (same.isPresent()) {
      return same;
    }
    List<T> alike = listed.stream().filter(each -> alike(name.apply(each), wanted)).toList();
    if (alike.size() > 1) {
      throw FlightSqlException.because(
          "Cannot tell which of %s is meant by %s: they differ only in upper and lower case. Write the name as the server does."
              .formatted(alike.stream().map(name).toList(), String.join(".", wanted)));
    }
    return alike.stream().findFirst();
  }

  private static boolean alike(List<String> one, List<String> other) {
    boolean alike = one.size() == other.size();
    for (int i = 0; alike && i < one.size(); i++) {
      alike = one.get(i).equalsIgnoreCase(other.get(i));
    }
    return alike;
  }

  private static boolean startsWith(List<String> path, List<String> beginning) {
    return alike(path.subList(0, Math.min(path.size(), beginning.size())), beginning);
  }

  private static List<String> concat(List<String> one, List<String> other) {
    List<String> all = new ArrayList<>(one);
    all.addAll(other);
    return List.copyOf(all);
  }
}
