package io.sparkflight.datasource;

import io.sparkflight.datasource.catalog.ServerCatalog;
import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.SourceOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.catalyst.analysis.NamespaceAlreadyExistsException;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.NamespaceChange;
import org.apache.spark.sql.connector.catalog.StagedTable;
import org.apache.spark.sql.connector.catalog.StagingTableCatalog;
import org.apache.spark.sql.connector.catalog.SupportsNamespaces;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.jspecify.annotations.Nullable;

/**
 * A Flight SQL server as a catalog of Spark: {@code
 * spark.sql.catalog.x=io.sparkflight.datasource.FlightSqlCatalog}, with the options of the server
 * below that name. Used by any threads of the driver at once.
 */
public final class FlightSqlCatalog implements StagingTableCatalog, SupportsNamespaces {
  private static final List<SourceOption> ONE_RELATION =
      List.of(SourceOption.QUERY, SourceOption.DBTABLE);

  private @Nullable String name;
  private @Nullable ServerCatalog server;

  @Override
  public void initialize(String name, CaseInsensitiveStringMap options) {
    for (SourceOption option : ONE_RELATION) {
      if (options.containsKey(option.key())) {
        throw new IllegalArgumentException(
            "Cannot use catalog %s: the option %s is about one table, and a catalog has them all. Leave it out, or use format(\"flight-sql\")."
                .formatted(name, option.key()));
      }
    }
    try {
      this.server = new ServerCatalog(options.asCaseSensitiveMap());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Cannot use catalog %s. %s".formatted(name, e.getMessage()), e);
    }
    this.name = name;
  }

  @Override
  public String name() {
    return Objects.requireNonNull(name, "not initialized");
  }

  private ServerCatalog server() {
    return Objects.requireNonNull(server, "not initialized");
  }

  @Override
  public String[][] listNamespaces() throws NoSuchNamespaceException {
    return server().children(new String[0]);
  }

  @Override
  public String[][] listNamespaces(String[] namespace) throws NoSuchNamespaceException {
    return server().children(namespace);
  }

  @Override
  public boolean namespaceExists(String[] namespace) {
    return server().exists(namespace);
  }

  /** Flight SQL has no words for properties of schemas. */
  @Override
  public Map<String, String> loadNamespaceMetadata(String[] namespace)
      throws NoSuchNamespaceException {
    if (!namespaceExists(namespace)) {
      throw new NoSuchNamespaceException(namespace);
    }
    return Map.of();
  }

  @Override
  public void createNamespace(String[] namespace, Map<String, String> metadata)
      throws NamespaceAlreadyExistsException {
    server().create(namespace, metadata);
  }

  @Override
  public void alterNamespace(String[] namespace, NamespaceChange... changes) {
    throw FlightSqlException.because(
        "Cannot alter namespace %s of catalog %s: only CREATE and DROP NAMESPACE are sent to a Flight SQL server. Alter it with the server's own tools."
            .formatted(String.join(".", namespace), name()));
  }

  @Override
  public boolean dropNamespace(String[] namespace, boolean cascade) {
    return server().drop(namespace, cascade);
  }

  @Override
  public Identifier[] listTables(String[] namespace) throws NoSuchNamespaceException {
    return server().tables(namespace);
  }

  @Override
  public boolean tableExists(Identifier table) {
    return server().exists(table);
  }

  @Override
  public FlightSqlTable loadTable(Identifier table) throws NoSuchTableException {
    return server()
        .table(table)
        .map(found -> new FlightSqlTable(found.options(), found.schema()))
        .orElseThrow(() -> new NoSuchTableException(table));
  }

  /** What a query of the server's own SQL answers with. */
  Table query(String sql) {
    ServerCatalog.Relation answer = server().query(sql);
    return new FlightSqlTable(answer.options(), answer.schema());
  }

  @Override
  public FlightSqlTable createTable(
      Identifier table, Column[] columns, Transform[] partitions, Map<String, String> properties)
      throws TableAlreadyExistsException, NoSuchNamespaceException {
    server().create(table, columns, partitions, properties);
    try {
      return loadTable(table);
    } catch (NoSuchTableException e) {
      throw FlightSqlException.because(
          "Cannot use table %s of catalog %s: the server has created it, and does not list it."
              .formatted(table, name()));
    }
  }

  @Override
  @SuppressWarnings("deprecation") // by Spark, which calls the other form
  public Table createTable(
      Identifier table, StructType schema, Transform[] partitions, Map<String, String> properties)
      throws TableAlreadyExistsException, NoSuchNamespaceException {
    return createTable(table, columns(schema), partitions, properties);
  }

  private static Column[] columns(StructType schema) {
    return Arrays.stream(schema.fields())
        .map(field -> Column.create(field.name(), field.dataType(), field.nullable()))
        .toArray(Column[]::new);
  }

  /** The table is there, without rows, from the beginning, and goes if its rows do not come. */
  @Override
  public StagedTable stageCreate(
      Identifier table, Column[] columns, Transform[] partitions, Map<String, String> properties)
      throws TableAlreadyExistsException, NoSuchNamespaceException {
    return StagedFlightSqlTable.created(
        createTable(table, columns, partitions, properties), () -> dropTable(table));
  }

  @Override
  @SuppressWarnings("deprecation") // by Spark, which calls the other form
  public StagedTable stageCreate(
      Identifier table, StructType schema, Transform[] partitions, Map<String, String> properties)
      throws TableAlreadyExistsException, NoSuchNamespaceException {
    return stageCreate(table, columns(schema), partitions, properties);
  }

  /** The old table is there until the new one has all rows. */
  @Override
  @SuppressWarnings("deprecation") // by Spark, whose other form calls this one
  public StagedTable stageReplace(
      Identifier table, StructType schema, Transform[] partitions, Map<String, String> properties)
      throws NoSuchTableException {
    return server()
        .replacing(table, schema, partitions, properties)
        .map(found -> new FlightSqlTable(found.options(), found.schema()))
        .map(StagedFlightSqlTable::replaced)
        .orElseThrow(() -> new NoSuchTableException(table));
  }

  @Override
  public StagedTable stageCreateOrReplace(
      Identifier table, Column[] columns, Transform[] partitions, Map<String, String> properties)
      throws NoSuchNamespaceException {
    try {
      return tableExists(table)
          ? stageReplace(table, columns, partitions, properties)
          : stageCreate(table, columns, partitions, properties);
    } catch (NoSuchTableException | TableAlreadyExistsException e) {
      throw FlightSqlException.because(
          "Cannot create or replace table %s of catalog %s: somebody else has created or dropped it in between. Say it again."
              .formatted(table, name()),
          e);
    }
  }

  @Override
  @SuppressWarnings("deprecation") // by Spark, which calls the other form
  public StagedTable stageCreateOrReplace(
      Identifier table, StructType schema, Transform[] partitions, Map<String, String> properties)
      throws NoSuchNamespaceException {
    return stageCreateOrReplace(table, columns(schema), partitions, properties);
  }

  @Override
  public Table alterTable(Identifier table, TableChange... changes) {
    throw new UnsupportedOperationException(
        "Cannot alter table %s of catalog %s: a Flight SQL server is only sent RENAME. Alter it with the server's own tools."
            .formatted(table, name()));
  }

  @Override
  public boolean dropTable(Identifier table) {
    return server().drop(table);
  }

  @Override
  public void renameTable(Identifier from, Identifier to)
      throws NoSuchTableException, TableAlreadyExistsException {
    if (tableExists(to)) {
      throw new TableAlreadyExistsException(to);
    }
    if (!server().rename(from, to)) {
      throw new NoSuchTableException(from);
    }
  }
}
