package io.sparkflight.sql.metadata;

import io.sparkflight.arrow.SparkArrowSchema;
import io.sparkflight.error.FlightFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.arrow.flight.sql.FlightSqlColumnMetadata;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns of a table as an Arrow schema, with what JDBC's getColumns wants to know of each. */
final class ColumnSchema {
  private ColumnSchema() {}

  static Schema of(CatalogReader.Table table, StructType columns, String timeZone) {
    List<Field> fields = new ArrayList<>();
    for (StructField column : columns.fields()) {
      Field arrow = arrow(column, timeZone);
      fields.add(
          new Field(
              column.name(),
              new FieldType(column.nullable(), arrow.getType(), null, metadata(table, column)),
              arrow.getChildren()));
    }
    return new Schema(fields);
  }

  /** A column that cannot be selected is listed all the same, as one that is always null. */
  private static Field arrow(StructField column, String timeZone) {
    try {
      return SparkArrowSchema.of(new StructType(new StructField[] {column}), timeZone)
          .getFields()
          .get(0);
    } catch (FlightFailure noArrowForm) {
      return new Field(column.name(), FieldType.nullable(ArrowType.Null.INSTANCE), List.of());
    }
  }

  private static Map<String, String> metadata(CatalogReader.Table table, StructField column) {
    DataType type = column.dataType();
    FlightSqlColumnMetadata.Builder metadata =
        new FlightSqlColumnMetadata.Builder()
            .catalogName(table.catalog())
            .schemaName(table.schema())
            .tableName(table.name())
            .typeName(type.sql().toUpperCase(Locale.ROOT))
            .isAutoIncrement(false)
            .isCaseSensitive(true)
            .isReadOnly(false)
            .isSearchable(true);
    if (type instanceof DecimalType decimal) {
      metadata.precision(decimal.precision()).scale(decimal.scale());
    }
    if (column.getComment().isDefined()) {
      metadata.remarks(column.getComment().get());
    }
    return metadata.build().getMetadataMap();
  }
}
