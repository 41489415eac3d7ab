package io.sparkflight.sql.metadata;

import io.sparkflight.arrow.SparkArrowSchema;
import io.sparkflight.error.FlightFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.sql.FlightSqlColumnMetadata;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.types.CalendarIntervalType;
import org.apache.spark.sql.types.CharType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.VarcharType;

/** The columns of a table as an Arrow schema, with what JDBC's getColumns wants to know of each. */
final class ColumnSchema {
  /** Decimal digits that a binary number surely keeps. */
  private static final int FLOAT_DIGITS = 6;

  private static final int DOUBLE_DIGITS = 15;

  private ColumnSchema() {}

  static Schema of(Table table, StructType columns, String timeZone) {
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

  private static Map<String, String> metadata(Table table, StructField column) {
    DataType type = column.dataType();
    FlightSqlColumnMetadata.Builder metadata =
        new FlightSqlColumnMetadata.Builder()
            .tableName(table.name())
            .typeName(type.sql())
            .isAutoIncrement(false)
            .isCaseSensitive(isText(type))
            .isReadOnly(table.type() != TableType.TABLE)
            .isSearchable(!(type instanceof MapType || type instanceof CalendarIntervalType));
    String catalog = table.namespace().catalog();
    if (catalog != null) {
      metadata.catalogName(catalog);
    }
    String schema = table.namespace().schema();
    if (schema != null) {
      metadata.schemaName(schema);
    }
    size(metadata, type);
    if (column.getComment().isDefined()) {
      metadata.remarks(column.getComment().get());
    }
    return metadata.build().getMetadataMap();
  }

  private static boolean isText(DataType type) {
    return type instanceof StringType || type instanceof CharType || type instanceof VarcharType;
  }

  /** Where the Arrow type does not tell it. */
  private static void size(FlightSqlColumnMetadata.Builder metadata, DataType type) {
    if (type instanceof DecimalType decimal) {
      metadata.precision(decimal.precision()).scale(decimal.scale());
    } else if (type instanceof CharType text) {
      metadata.precision(text.length());
    } else if (type instanceof VarcharType text) {
      metadata.precision(text.length());
    } else if (type instanceof FloatType) {
      metadata.precision(FLOAT_DIGITS);
    } else if (type instanceof DoubleType) {
      metadata.precision(DOUBLE_DIGITS);
    }
  }
}
