package org.apache.spark.sql.sparkflight;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/** Conditions on the columns of a table, with values that are in it, from a seed. */
final class RandomPredicates {
  private final Random random;
  private final StructType schema;
  private final List<InternalRow> rows;

  /** For rows of this schema. */
  RandomPredicates(long seed, StructType schema, List<InternalRow> rows) {
    this.random = new Random(seed);
    this.schema = schema;
    this.rows = rows;
  }

  /** One that has at most so many levels of AND, OR and NOT. */
  Column next(int depth) {
    return switch (depth == 0 ? 3 : random.nextInt(4)) {
      case 0 -> next(depth - 1).and(next(depth - 1));
      case 1 -> next(depth - 1).or(next(depth - 1));
      case 2 -> not(next(depth - 1));
      default -> simple(random.nextInt(schema.size()));
    };
  }

  private Column simple(int place) {
    Column column = col(schema.apply(place).name());
    DataType type = schema.apply(place).dataType();
    if (!comparable(type) || random.nextInt(5) == 0) {
      return random.nextBoolean() ? column.isNull() : column.isNotNull();
    }
    return switch (random.nextInt(6)) {
      case 0 -> column.equalTo(value(place));
      case 1 -> column.lt(value(place));
      case 2 -> column.geq(value(place));
      case 3 -> column.eqNullSafe(value(place));
      case 4 -> column.isin(value(place), value(place), value(place));
      default ->
          type.equals(DataTypes.StringType)
              ? column.startsWith(value(place).substr(1, 1))
              : column.between(value(place), value(place));
    };
  }

  private static boolean comparable(DataType type) {
    String name = type.typeName();
    return !List.of("array", "map", "struct", "void").contains(name);
  }

  private Column value(int place) {
    Object value = rows.get(random.nextInt(rows.size())).get(place, schema.apply(place).dataType());
    Object kept = value instanceof UTF8String text ? text.clone() : value;
    return new Column(new Literal(kept, schema.apply(place).dataType()));
  }
}
