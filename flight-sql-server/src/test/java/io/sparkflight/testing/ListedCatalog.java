package io.sparkflight.testing;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.NamespaceChange;
import org.apache.spark.sql.connector.catalog.SupportsNamespaces;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.read.LocalScan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A catalog with the tables that its option {@code tables} lists, paths of names separated by
 * slashes, and namespaces as deep as these. Each table has one row, its own name. A table called
 * {@code broken} cannot be loaded; with the option {@code down} nothing can be listed.
 */
public final class ListedCatalog implements TableCatalog, SupportsNamespaces {
  /** Calls to any of these catalogs. */
  public static final AtomicLong CALLS = new AtomicLong();

  private final Map<List<String>, Set<String>> tables = new TreeMap<>(ListedCatalog::compare);
  private String name = "";
  private boolean down;

  @Override
  public void initialize(String name, CaseInsensitiveStringMap options) {
    this.name = name;
    this.down = options.getBoolean("down", false);
    for (String path : options.getOrDefault("tables", "").split(" ")) {
      List<String> parts = List.of(path.split("/"));
      List<String> namespace = parts.subList(0, parts.size() - 1);
      for (int depth = 0; depth <= namespace.size(); depth++) {
        tables.computeIfAbsent(namespace.subList(0, depth), any -> new TreeSet<>());
      }
      tables.getOrDefault(namespace, Set.of()).add(parts.get(parts.size() - 1));
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String[][] listNamespaces() {
    return children(List.of());
  }

  @Override
  public String[][] listNamespaces(String[] namespace) throws NoSuchNamespaceException {
    listed(namespace);
    return children(List.of(namespace));
  }

  private String[][] children(List<String> parent) {
    called();
    return tables.keySet().stream()
        .filter(each -> each.size() == parent.size() + 1)
        .filter(each -> each.subList(0, parent.size()).equals(parent))
        .map(each -> each.toArray(String[]::new))
        .toArray(String[][]::new);
  }

  @Override
  public Map<String, String> loadNamespaceMetadata(String[] namespace)
      throws NoSuchNamespaceException {
    listed(namespace);
    return Map.of();
  }

  @Override
  public Identifier[] listTables(String[] namespace) throws NoSuchNamespaceException {
    called();
    return listed(namespace).stream()
        .map(table -> Identifier.of(namespace, table))
        .toArray(Identifier[]::new);
  }

  @Override
  public Table loadTable(Identifier table) throws NoSuchTableException {
    called();
    if (!tables.getOrDefault(List.of(table.namespace()), Set.of()).contains(table.name())) {
      throw new NoSuchTableException(table);
    }
    if (table.name().equals("broken")) {
      throw new IllegalStateException("jdbc:nowhere?password=secret");
    }
    return new OneRow(table.name());
  }

  private Set<String> listed(String[] namespace) throws NoSuchNamespaceException {
    Set<String> found = tables.get(List.of(namespace));
    if (found == null) {
      throw new NoSuchNamespaceException(namespace);
    }
    return found;
  }

  private void called() {
    CALLS.incrementAndGet();
    if (down) {
      throw new IllegalStateException("jdbc:nowhere?password=secret");
    }
  }

  private static int compare(List<String> left, List<String> right) {
    return Arrays.compare(left.toArray(String[]::new), right.toArray(String[]::new));
  }

  @Override
  @SuppressWarnings("deprecation") // has to be implemented all the same
  public Table createTable(
      Identifier table, StructType schema, Transform[] partitions, Map<String, String> properties) {
    throw new UnsupportedOperationException("create table");
  }

  @Override
  public Table alterTable(Identifier table, TableChange... changes) {
    throw new UnsupportedOperationException("alter table");
  }

  @Override
  public boolean dropTable(Identifier table) {
    return false;
  }

  @Override
  public void renameTable(Identifier from, Identifier to) {
    throw new UnsupportedOperationException("rename table");
  }

  @Override
  public void createNamespace(String[] namespace, Map<String, String> metadata) {
    throw new UnsupportedOperationException("create namespace");
  }

  @Override
  public void alterNamespace(String[] namespace, NamespaceChange... changes) {
    throw new UnsupportedOperationException("alter namespace");
  }

  @Override
  public boolean dropNamespace(String[] namespace, boolean cascade) {
    return false;
  }

  /** A table with one row, which holds the table's name. */
  private record OneRow(String name) implements SupportsRead, LocalScan {
    @Override
    public Column[] columns() {
      return new Column[] {
        Column.create("name", DataTypes.StringType, false, "the table's own", null)
      };
    }

    @Override
    @SuppressWarnings("deprecation") // has to be implemented all the same
    public StructType schema() {
      return readSchema();
    }

    @Override
    public Set<TableCapability> capabilities() {
      return Set.of(TableCapability.BATCH_READ);
    }

    @Override
    public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
      return () -> this;
    }

    @Override
    public StructType readSchema() {
      return new StructType().add("name", DataTypes.StringType, false);
    }

    @Override
    public InternalRow[] rows() {
      Object[] values = {org.apache.spark.unsafe.types.UTF8String.fromString(name)};
      return new InternalRow[] {new GenericInternalRow(values)};
    }
  }
}
