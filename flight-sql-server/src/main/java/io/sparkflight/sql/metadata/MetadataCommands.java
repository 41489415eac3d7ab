package io.sparkflight.sql.metadata;

import io.sparkflight.sql.session.Session;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetDbSchemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetSqlInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetTables;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetXdbcTypeInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Answers the metadata commands, each by one stream. */
public final class MetadataCommands {
  private final BufferAllocator allocator;
  private final int longestStatement;

  /**
   * Over an allocator, which stays the caller's.
   *
   * @param longestStatement the most characters that a statement may have
   */
  public MetadataCommands(BufferAllocator allocator, int longestStatement) {
    this.allocator = allocator;
    this.longestStatement = longestStatement;
  }

  /** {@code CommandGetCatalogs}. */
  public void catalogs(Session session, ServerStreamListener listener) {
    Stream<@Nullable Object[]> rows =
        new CatalogReader(session.spark()).catalogs().stream().map(name -> row(name));
    send(Schemas.GET_CATALOGS_SCHEMA, rows, listener);
  }

  /** {@code CommandGetDbSchemas}. */
  public void schemas(CommandGetDbSchemas command, Session session, ServerStreamListener listener) {
    Stream<@Nullable Object[]> rows =
        new CatalogReader(session.spark())
            .schemas(TableFilter.of(command)).stream()
                .map(found -> row(found.catalog(), found.schema()));
    send(Schemas.GET_SCHEMAS_SCHEMA, rows, listener);
  }

  /** {@code CommandGetTables}, with the columns' schemas where asked for. */
  public void tables(CommandGetTables command, Session session, ServerStreamListener listener) {
    List<Table> tables = new CatalogReader(session.spark()).tables(TableFilter.of(command));
    if (command.getIncludeSchema()) {
      Stream<@Nullable Object[]> rows =
          new ColumnReader(session.spark())
              .describe(tables)
              .map(found -> row(found.table(), found.columns().serializeAsMessage()));
      send(Schemas.GET_TABLES_SCHEMA, rows, listener);
    } else {
      send(
          Schemas.GET_TABLES_SCHEMA_NO_SCHEMA,
          tables.stream().map(MetadataCommands::row),
          listener);
    }
  }

  /** {@code CommandGetTableTypes}. */
  public void tableTypes(ServerStreamListener listener) {
    Stream<@Nullable Object[]> rows =
        Arrays.stream(TableType.values()).map(type -> row(type.label()));
    send(Schemas.GET_TABLE_TYPES_SCHEMA, rows, listener);
  }

  /** {@code CommandGetSqlInfo}: the codes asked for, all of them if none is. */
  public void sqlInfo(CommandGetSqlInfo command, Session session, ServerStreamListener listener) {
    Map<SqlInfo, Object> values = SqlInfoValues.of(session.spark(), longestStatement);
    SqlInfoRows.send(allocator, values, command.getInfoList(), listener);
  }

  /** {@code CommandGetXdbcTypeInfo}. */
  public void typeInfo(CommandGetXdbcTypeInfo command, ServerStreamListener listener) {
    Stream<@Nullable Object[]> rows =
        XdbcType.ALL.stream()
            .filter(type -> !command.hasDataType() || type.code() == command.getDataType())
            .map(XdbcType::row);
    send(Schemas.GET_TYPE_INFO_SCHEMA, rows, listener);
  }

  /** The four commands about keys: Spark 3.5 has no way to ask a catalog for any. */
  public void noKeys(Schema schema, ServerStreamListener listener) {
    send(schema, Stream.empty(), listener);
  }

  private void send(Schema schema, Stream<@Nullable Object[]> rows, ServerStreamListener listener) {
    MetadataRows.send(allocator, schema, rows.iterator(), listener);
  }

  private static @Nullable Object[] row(Table table) {
    Namespace in = table.namespace();
    return row(in.catalog(), in.schema(), table.name(), table.type().label());
  }

  private static @Nullable Object[] row(Table table, byte[] columns) {
    Namespace in = table.namespace();
    return row(in.catalog(), in.schema(), table.name(), table.type().label(), columns);
  }

  private static @Nullable Object[] row(@Nullable Object... values) {
    return values;
  }
}
