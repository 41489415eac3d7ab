package io.sparkflight.datasource.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Columns and fields of structs in the SQL of a server that speaks as Spark does. */
final class SparkColumns {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_]+");

  private final ServerSql names;
  private final StructType columns;

  SparkColumns(ServerSql names, StructType columns) {
    this.names = names;
    this.columns = columns;
  }

  /** A column, or a field of one. */
  Optional<Term> of(NamedReference reference) {
    String[] path = reference.fieldNames();
    Optional<Term> found =
        exact(columns, path[0]).map(column -> new Term(names.name(path[0]), column.dataType()));
    for (int i = 1; i < path.length; i++) {
      String name = path[i];
      found =
          found.flatMap(
              outer ->
                  outer.type() instanceof StructType struct && canName(struct)
                      ? exact(struct, name)
                          .map(field -> new Term(field(outer.text(), name), field.dataType()))
                      : Optional.empty());
    }
    return found;
  }

  /**
   * A column with only some of the fields of its structs. Its new fields may all be null for Spark:
   * the server cannot be asked for a struct whose fields may not.
   *
   * @param required the wanted fields; arrays and maps come whole whatever it says
   */
  Term narrowed(StructField column, DataType required) {
    Term whole = new Term(names.name(column.name()), column.dataType());
    return isPlain(column.name()) ? narrowed(whole, required) : whole;
  }

  /** Whether a name means itself where the server takes quoted names for patterns. */
  static boolean isPlain(String name) {
    return PLAIN.matcher(name).matches();
  }

  private static Term narrowed(Term whole, DataType required) {
    if (!(whole.type() instanceof StructType full)
        || !(required instanceof StructType wanted)
        || wanted.catalogString().equals(full.catalogString())
        || !canName(full)) {
      return whole;
    }
    StructType kept = new StructType();
    List<String> fields = new ArrayList<>();
    for (StructField field : wanted.fields()) {
      StructField old = exact(full, field.name()).orElseThrow();
      Term inner = new Term(field(whole.text(), field.name()), old.dataType());
      Term value = narrowed(inner, field.dataType());
      boolean sameNull = old.nullable() || !value.equals(inner);
      fields.add("'" + field.name() + "'");
      fields.add(sameNull ? value.text() : ifThere(whole.text(), value.text()));
      kept = kept.add(field.name(), value.type(), true);
    }
    String struct = "NAMED_STRUCT(" + String.join(", ", fields) + ")";
    return new Term(ifThere(whole.text(), struct), kept);
  }

  /** A null struct has no fields that are null: it is null itself. */
  private static String ifThere(String struct, String value) {
    return "CASE WHEN %s IS NOT NULL THEN %s END".formatted(struct, value);
  }

  /** Not with a dot, before which the name of a table would be looked for. */
  private static String field(String struct, String name) {
    return "%s['%s']".formatted(struct, name);
  }

  /** Whether no other field could be meant, in a server that takes capitals for small letters. */
  private static boolean canName(StructType struct) {
    return Arrays.stream(struct.fieldNames()).allMatch(SparkLiterals::isPlain)
        && Arrays.stream(struct.fieldNames()).map(String::toLowerCase).distinct().count()
            == struct.length();
  }

  private static Optional<StructField> exact(StructType struct, String name) {
    return Arrays.stream(struct.fields()).filter(field -> field.name().equals(name)).findFirst();
  }
}
