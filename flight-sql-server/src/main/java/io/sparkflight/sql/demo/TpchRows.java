package io.sparkflight.sql.demo;

import io.trino.tpch.TpchColumn;
import io.trino.tpch.TpchEntity;
import io.trino.tpch.TpchTable;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Iterator;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The rows of one part of a TPC-H table, with the standard's types. */
final class TpchRows {
  private TpchRows() {}

  static StructType schema(TpchTable<?> table) {
    return new StructType(
        table.getColumns().stream()
            .map(
                column ->
                    new StructField(column.getColumnName(), type(column), false, Metadata.empty()))
            .toArray(StructField[]::new));
  }

  /** Made row by row as Spark asks for them. */
  static <E extends TpchEntity> Iterator<Row> of(
      TpchTable<E> table, double scale, int part, int parts) {
    List<TpchColumn<E>> columns = table.getColumns();
    return StreamSupport.stream(table.createGenerator(scale, part, parts).spliterator(), false)
        .map(entity -> row(columns, entity))
        .iterator();
  }

  private static <E extends TpchEntity> Row row(List<TpchColumn<E>> columns, E entity) {
    return RowFactory.create(columns.stream().map(column -> value(column, entity)).toArray());
  }

  private static DataType type(TpchColumn<?> column) {
    return switch (column.getType().getBase()) {
      case INTEGER -> DataTypes.IntegerType;
      case IDENTIFIER -> DataTypes.LongType;
      case DATE -> DataTypes.DateType;
      case DOUBLE -> DataTypes.createDecimalType(15, 2);
      case VARCHAR -> DataTypes.StringType;
    };
  }

  private static <E extends TpchEntity> Object value(TpchColumn<E> column, E entity) {
    return switch (column.getType().getBase()) {
      case INTEGER -> column.getInteger(entity);
      case IDENTIFIER -> column.getIdentifier(entity);
      case DATE -> java.sql.Date.valueOf(LocalDate.ofEpochDay(column.getDate(entity)));
      // The generator hands out hundredths divided by 100: rounding gives them back exactly.
      case DOUBLE -> BigDecimal.valueOf(Math.round(column.getDouble(entity) * 100), 2);
      case VARCHAR -> column.getString(entity);
    };
  }
}
