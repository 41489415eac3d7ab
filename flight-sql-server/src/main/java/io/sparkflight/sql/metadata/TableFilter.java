package io.sparkflight.sql.metadata;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetDbSchemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetTables;

/**
 * Which catalogs, schemas and tables a command asks for.
 *
 * @param catalog the only one, if any
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

  void forEachSchema(CatalogReader reader, BiConsumer<String, String> action) {
    for (String name : reader.catalogs()) {
      if (catalog.isEmpty() || catalog.get().equalsIgnoreCase(name)) {
        reader.schemas(name).stream()
            .filter(schema::matches)
            .sorted()
            .forEach(found -> action.accept(name, found));
      }
    }
  }

  void forEachTable(CatalogReader reader, Consumer<CatalogReader.Table> action) {
    reader.temporaryViews().stream().filter(this::wants).forEach(action);
    forEachSchema(
        reader,
        (catalogName, schemaName) ->
            reader.tables(catalogName, schemaName).stream().filter(this::wants).forEach(action));
  }

  private boolean wants(CatalogReader.Table found) {
    return (catalog.isEmpty() || catalog.get().equalsIgnoreCase(found.catalog()))
        && schema.matches(found.schema())
        && table.matches(found.name())
        && (types.isEmpty() || types.contains(found.type().name()));
  }
}
