package org.apache.spark.sql.sparkflight;

import io.substrait.type.Type;
import io.substrait.type.TypeVisitor;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * Spark's type for a type of Substrait; the other ones are unsupported operations. The timestamps
 * of microseconds that Substrait has given up are those that its library reads and writes.
 */
final class SubstraitTypes extends TypeVisitor.TypeThrowsVisitor<DataType, RuntimeException> {
  private static final SubstraitTypes VISITOR = new SubstraitTypes();

  private SubstraitTypes() {
    super("it has a type that Spark does not have");
  }

  static DataType of(Type type) {
    return type.accept(VISITOR);
  }

  @Override
  public DataType visit(Type.Bool type) {
    return DataTypes.BooleanType;
  }

  @Override
  public DataType visit(Type.I8 type) {
    return DataTypes.ByteType;
  }

  @Override
  public DataType visit(Type.I16 type) {
    return DataTypes.ShortType;
  }

  @Override
  public DataType visit(Type.I32 type) {
    return DataTypes.IntegerType;
  }

  @Override
  public DataType visit(Type.I64 type) {
    return DataTypes.LongType;
  }

  @Override
  public DataType visit(Type.FP32 type) {
    return DataTypes.FloatType;
  }

  @Override
  public DataType visit(Type.FP64 type) {
    return DataTypes.DoubleType;
  }

  @Override
  public DataType visit(Type.Str type) {
    return DataTypes.StringType;
  }

  /** Spark's columns of a limited length have the type of any text once they are read. */
  @Override
  public DataType visit(Type.VarChar type) {
    return DataTypes.StringType;
  }

  @Override
  public DataType visit(Type.FixedChar type) {
    return DataTypes.StringType;
  }

  @Override
  public DataType visit(Type.Binary type) {
    return DataTypes.BinaryType;
  }

  @Override
  public DataType visit(Type.Date type) {
    return DataTypes.DateType;
  }

  @Override
  @SuppressWarnings("deprecation") // by Substrait
  public DataType visit(Type.Timestamp type) {
    return DataTypes.TimestampNTZType;
  }

  @Override
  @SuppressWarnings("deprecation") // by Substrait
  public DataType visit(Type.TimestampTZ type) {
    return DataTypes.TimestampType;
  }

  @Override
  public DataType visit(Type.Decimal type) {
    return DataTypes.createDecimalType(type.precision(), type.scale());
  }

  @Override
  public DataType visit(Type.ListType type) {
    return DataTypes.createArrayType(of(type.elementType()));
  }

  @Override
  public DataType visit(Type.Map type) {
    return DataTypes.createMapType(of(type.key()), of(type.value()));
  }
}
