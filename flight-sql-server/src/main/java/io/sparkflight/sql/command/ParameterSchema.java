package io.sparkflight.sql.command;

import io.sparkflight.arrow.SparkArrowSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.CalendarIntervalType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The types of parameters as clients are told them. Drivers make vectors of them before they have a
 * value; the JDBC driver fails on structs and maps, also where nobody binds one, so these are told
 * as texts. They are bound by clients that send them as they are.
 */
final class ParameterSchema {
  private ParameterSchema() {}

  static Schema of(List<DataType> parameters, String timeZone) {
    List<StructField> fields = new ArrayList<>();
    for (DataType type : parameters) {
      DataType told = simple(type) ? type : DataTypes.StringType;
      fields.add(DataTypes.createStructField("parameter_" + (fields.size() + 1), told, true));
    }
    Schema schema = SparkArrowSchema.of(DataTypes.createStructType(fields), timeZone);
    return new Schema(schema.getFields().stream().map(ParameterSchema::asDriversWrite).toList());
  }

  /**
   * The JDBC driver 18.3 writes milliseconds, whichever unit it is told, and the time that a clock
   * in its zone shows, also where a zone is told: then that would be taken for the time in UTC.
   */
  private static Field asDriversWrite(Field field) {
    return field.getType() instanceof ArrowType.Timestamp
        ? Field.nullable(field.getName(), new ArrowType.Timestamp(TimeUnit.MILLISECOND, null))
        : field;
  }

  private static boolean simple(DataType type) {
    return type instanceof ArrayType array
        ? simple(array.elementType())
        : !(type instanceof StructType
            || type instanceof MapType
            || type instanceof CalendarIntervalType);
  }
}
