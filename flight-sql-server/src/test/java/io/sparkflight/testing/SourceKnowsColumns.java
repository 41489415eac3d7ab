package io.sparkflight.testing;

import java.util.Set;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.DelegatingCatalogExtension;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * An extension of Spark's own catalog as Delta brings one: of tables without columns in the
 * metastore, it finds them elsewhere.
 */
public final class SourceKnowsColumns extends DelegatingCatalogExtension {
  @Override
  public Table loadTable(Identifier name) throws NoSuchTableException {
    Table table = super.loadTable(name);
    return table.columns().length == 0 ? new Elsewhere(table.name()) : table;
  }

  private record Elsewhere(String name) implements Table {
    @Override
    public Column[] columns() {
      return new Column[] {Column.create("found", DataTypes.DateType)};
    }

    @Override
    @SuppressWarnings("deprecation") // has to be implemented all the same
    public StructType schema() {
      return new StructType().add("found", DataTypes.DateType);
    }

    @Override
    public Set<TableCapability> capabilities() {
      return Set.of();
    }
  }
}
