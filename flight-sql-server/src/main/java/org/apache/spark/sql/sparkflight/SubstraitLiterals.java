package org.apache.spark.sql.sparkflight;

import io.substrait.expression.AbstractExpressionVisitor;
import io.substrait.expression.Expression;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** Spark's literal for one of Substrait; empty for anything else. */
final class SubstraitLiterals
    extends AbstractExpressionVisitor<Optional<Literal>, RuntimeException> {
  private static final SubstraitLiterals VISITOR = new SubstraitLiterals();

  private SubstraitLiterals() {}

  static Optional<Literal> of(Expression expression) {
    return expression.accept(VISITOR);
  }

  @Override
  public Optional<Literal> visitFallback(Expression other) {
    return Optional.empty();
  }

  @Override
  public Optional<Literal> visit(Expression.UserDefinedLiteral literal) {
    return visitFallback(literal);
  }

  @Override
  public Optional<Literal> visit(Expression.NullLiteral literal) {
    return literal(null, SubstraitTypes.of(literal.type()));
  }

  @Override
  public Optional<Literal> visit(Expression.BoolLiteral literal) {
    return literal(literal.value(), DataTypes.BooleanType);
  }

  @Override
  public Optional<Literal> visit(Expression.I8Literal literal) {
    int value = literal.value();
    return literal(exact(value, (byte) value), DataTypes.ByteType);
  }

  @Override
  public Optional<Literal> visit(Expression.I16Literal literal) {
    int value = literal.value();
    return literal(exact(value, (short) value), DataTypes.ShortType);
  }

  @Override
  public Optional<Literal> visit(Expression.I32Literal literal) {
    return literal(literal.value(), DataTypes.IntegerType);
  }

  @Override
  public Optional<Literal> visit(Expression.I64Literal literal) {
    return literal(literal.value(), DataTypes.LongType);
  }

  @Override
  public Optional<Literal> visit(Expression.FP32Literal literal) {
    return literal(literal.value(), DataTypes.FloatType);
  }

  @Override
  public Optional<Literal> visit(Expression.FP64Literal literal) {
    return literal(literal.value(), DataTypes.DoubleType);
  }

  @Override
  public Optional<Literal> visit(Expression.StrLiteral literal) {
    return text(literal.value());
  }

  @Override
  public Optional<Literal> visit(Expression.FixedCharLiteral literal) {
    return text(literal.value());
  }

  @Override
  public Optional<Literal> visit(Expression.VarCharLiteral literal) {
    return text(literal.value());
  }

  @Override
  public Optional<Literal> visit(Expression.BinaryLiteral literal) {
    return literal(literal.value().toByteArray(), DataTypes.BinaryType);
  }

  @Override
  public Optional<Literal> visit(Expression.DateLiteral literal) {
    return literal(literal.value(), DataTypes.DateType);
  }

  @Override
  public Optional<Literal> visit(Expression.TimestampLiteral literal) {
    return literal(literal.value(), DataTypes.TimestampNTZType);
  }

  @Override
  public Optional<Literal> visit(Expression.TimestampTZLiteral literal) {
    return literal(literal.value(), DataTypes.TimestampType);
  }

  /** Substrait has the 16 bytes of the unscaled value with the lowest first. */
  @Override
  public Optional<Literal> visit(Expression.DecimalLiteral literal) {
    byte[] bytes = literal.value().toByteArray();
    for (int i = 0; i < bytes.length / 2; i++) {
      byte first = bytes[i];
      bytes[i] = bytes[bytes.length - 1 - i];
      bytes[bytes.length - 1 - i] = first;
    }
    DecimalType type = DataTypes.createDecimalType(literal.precision(), literal.scale());
    BigDecimal value = new BigDecimal(new BigInteger(bytes), literal.scale());
    if (value.precision() > type.precision()) {
      throw new IllegalArgumentException("the number %s is no %s".formatted(value, type.sql()));
    }
    return literal(Decimal.apply(value, type.precision(), type.scale()), type);
  }

  private static Object exact(int value, Number narrow) {
    if (narrow.intValue() != value) {
      throw new IllegalArgumentException("the number %d has no room in its type".formatted(value));
    }
    return narrow;
  }

  private static Optional<Literal> text(String value) {
    return literal(UTF8String.fromString(value), DataTypes.StringType);
  }

  private static Optional<Literal> literal(@Nullable Object value, DataType type) {
    return Optional.of(new Literal(value, type));
  }
}
