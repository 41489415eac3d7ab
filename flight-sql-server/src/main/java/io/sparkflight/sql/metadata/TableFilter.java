package io.sparkflight.sql.metadata;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetDbSchemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetTables;
import org.jspecify.annotations.Nullable;

/**
 * Which catalogs, schemas and tables a command asks for.
 *
 * @param catalog the only one; empty text for what belongs to none; nothing for all
 * @param types upper case; empty means all
 */
record TableFilter(
    Optional<String> catalog, LikePattern schema, LikePattern table, Set<String> types) {

  static TableFilter of(CommandGetDbSchemas command) {
    return new TableFilter(
        command.hasCatalog() ? Optional.of(command.getCatalog()) : Optional.empty(),
        command.hasDbSchemaFilterPattern()
            ? LikePattern.of(command.getDbSchemaFilterPattern())
            : LikePattern.everything(),
        LikePattern.everything(),
        Set.of());
  }

  static TableFilter of(CommandGetTables command) {
    List<String> types = command.getTableTypesList();
    return new TableFilter(
        command.hasCatalog() ? Optional.of(command.getCatalog()) : Optional.empty(),
        command.hasDbSchemaFilterPattern()
            ? LikePattern.of(command.getDbSchemaFilterPattern())
            : LikePattern.everything(),
        command.hasTableNameFilterPattern()
            ? LikePattern.of(command.getTableNameFilterPattern())
            : LikePattern.everything(),
        types.stream().map(type -> type.toUpperCase(Locale.ROOT)).collect(Collectors.toSet()));
  }

  /** As Spark finds catalogs: its own in upper and lower case, the others by their very names. */
  boolean wantsCatalog(@Nullable String name) {
    if (catalog.isEmpty()) {
      return true;
    }
    String wanted = catalog.get();
    return name == null
        ? wanted.isEmpty()
        : wanted.equals(name)
            || (name.equals(CatalogReader.SESSION_CATALOG) && wanted.equalsIgnoreCase(name));
  }

  /** What lies in no schema is found where every name is asked for, or the empty one. */
  boolean wantsSchema(Namespace namespace) {
    String name = namespace.schema();
    return schema.matches(name == null ? "" : name);
  }

  /** Whether any schema nested in this one may be asked for. */
  boolean mayWantBelow(Namespace namespace) {
    return schema.mayMatchBeyond(namespace.prefix());
  }

  boolean wants(TableType type) {
    return types.isEmpty() || types.contains(type.label());
  }

  boolean wants(Table found) {
    return wants(found.type()) && table.matches(found.name());
  }
}
