package io.sparkflight.sql.metadata;

import io.sparkflight.sql.session.Session;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetDbSchemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetSqlInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetTables;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetXdbcTypeInfo;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Answers the metadata commands, each by one stream. */
public final class MetadataCommands {
  private final BufferAllocator allocator;

  public MetadataCommands(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /** {@code CommandGetCatalogs}. */
  public void catalogs(Session session, ServerStreamListener listener) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    new CatalogReader(session.spark()).catalogs().forEach(name -> rows.add(row(name)));
    MetadataRows.send(allocator, Schemas.GET_CATALOGS_SCHEMA, rows, listener);
  }

  /** {@code CommandGetDbSchemas}. */
  public void schemas(CommandGetDbSchemas command, Session session, ServerStreamListener listener) {
    TableFilter filter = TableFilter.of(command);
    List<@Nullable Object[]> rows = new ArrayList<>();
    filter.forEachSchema(
        new CatalogReader(session.spark()), (catalog, schema) -> rows.add(row(catalog, schema)));
    MetadataRows.send(allocator, Schemas.GET_SCHEMAS_SCHEMA, rows, listener);
  }

  /** {@code CommandGetTables}, with the columns' schemas where asked for. */
  public void tables(CommandGetTables command, Session session, ServerStreamListener listener) {
    CatalogReader reader = new CatalogReader(session.spark());
    List<@Nullable Object[]> rows = new ArrayList<>();
    if (command.getIncludeSchema()) {
      String zone = session.spark().conf().get("spark.sql.session.timeZone");
      TableFilter.of(command)
          .forEachTable(
              reader,
              table -> {
                Schema columns = ColumnSchema.of(table, reader.columns(table), zone);
                rows.add(row(table, columns.serializeAsMessage()));
              });
      MetadataRows.send(allocator, Schemas.GET_TABLES_SCHEMA, rows, listener);
    } else {
      TableFilter.of(command).forEachTable(reader, table -> rows.add(row(table)));
      MetadataRows.send(allocator, Schemas.GET_TABLES_SCHEMA_NO_SCHEMA, rows, listener);
    }
  }

  /** {@code CommandGetTableTypes}. */
  public void tableTypes(ServerStreamListener listener) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (CatalogReader.TableType type : CatalogReader.TableType.values()) {
      rows.add(row(type.name()));
    }
    MetadataRows.send(allocator, Schemas.GET_TABLE_TYPES_SCHEMA, rows, listener);
  }

  /** {@code CommandGetSqlInfo}: the codes asked for, all of them if none is. */
  public void sqlInfo(CommandGetSqlInfo command, ServerStreamListener listener) {
    SqlInfoRows.send(allocator, command.getInfoList(), listener);
  }

  /** {@code CommandGetXdbcTypeInfo}. */
  public void typeInfo(CommandGetXdbcTypeInfo command, ServerStreamListener listener) {
    List<@Nullable Object[]> rows =
        XdbcType.ALL.stream()
            .filter(type -> !command.hasDataType() || type.code() == command.getDataType())
            .map(XdbcType::row)
            .toList();
    MetadataRows.send(allocator, Schemas.GET_TYPE_INFO_SCHEMA, rows, listener);
  }

  /** The four commands about keys: Spark has none. */
  public void noKeys(Schema schema, ServerStreamListener listener) {
    MetadataRows.send(allocator, schema, List.of(), listener);
  }

  private static @Nullable Object[] row(CatalogReader.Table table) {
    return row(table.catalog(), schema(table), table.name(), table.type().name());
  }

  private static @Nullable Object[] row(CatalogReader.Table table, byte[] columns) {
    return row(table.catalog(), schema(table), table.name(), table.type().name(), columns);
  }

  private static @Nullable String schema(CatalogReader.Table table) {
    return table.schema().isEmpty() ? null : table.schema();
  }

  private static @Nullable Object[] row(@Nullable Object... values) {
    return values;
  }
}
