package io.sparkflight.testing;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;

import io.trino.tpcds.Results;
import io.trino.tpcds.Session;
import io.trino.tpcds.Table;
import io.trino.tpcds.column.Column;
import io.trino.tpcds.column.ColumnType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** The TPC-DS tables at a small scale, and the queries as Spark's own tests have them. */
public final class Tpcds {
  /** Where the tables are; some have the names of TPC-H tables. */
  public static final String SCHEMA = "tpcds";

  /** Below it, some of the queries' fixed values are met by no row. */
  private static final double SCALE = 0.01;

  /** Where the build unpacks Spark's own tests to. */
  private static final Path QUERIES = Path.of("target", "spark-tests", "tpcds");

  private static final List<Table> TABLES =
      Table.getBaseTables().stream().filter(table -> table != Table.DBGEN_VERSION).toList();

  /**
   * Tables that have as many rows at every scale, and how the columns of others end that name their
   * rows: those that nothing names are left out, as no query gets further with them.
   */
  private static final Map<Table, String> REFERENCED =
      Map.of(
          Table.CUSTOMER_DEMOGRAPHICS, "cdemo_sk",
          Table.DATE_DIM, "date_sk",
          Table.TIME_DIM, "time_sk");

  private Tpcds() {}

  /** The names of the queries, {@code q1} to {@code q99}; four of them have a second part. */
  public static Stream<String> queries() {
    try (Stream<Path> files = Files.list(QUERIES)) {
      return files
          .map(file -> file.getFileName().toString().replace(".sql", ""))
          .sorted(comparingInt(Tpcds::number).thenComparing(comparing(name -> name)))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int number(String query) {
    return Integer.parseInt(query.replaceAll("[^0-9]", ""));
  }

  /** The text of a query. */
  public static String text(String query) {
    try {
      return Files.readString(QUERIES.resolve(query + ".sql"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes the tables known to every session of an application, in {@link #SCHEMA}. */
  public static void createTables(SparkSession spark) {
    Path folder = Path.of("target", "tpcds-" + SCALE).toAbsolutePath();
    SharedFolder.fill(folder, () -> generate(spark, folder));
    spark.sql("CREATE DATABASE IF NOT EXISTS " + SCHEMA);
    for (Table table : TABLES) {
      spark.sql(
          "CREATE TABLE IF NOT EXISTS %s.%s USING parquet LOCATION '%s'"
              .formatted(SCHEMA, table.getName(), folder.resolve(table.getName()).toUri()));
    }
  }

  private static void generate(SparkSession spark, Path folder) {
    Set<Table> referenced = REFERENCED.keySet();
    TABLES.parallelStream()
        .filter(table -> !referenced.contains(table))
        .forEach(table -> write(spark, table, folder, Set.of()));
    referenced.forEach(table -> write(spark, table, folder, keys(spark, table, folder)));
  }

  /** The keys of a table that a row of another one has. */
  private static Set<Integer> keys(SparkSession spark, Table referenced, Path folder) {
    Set<Integer> keys = new HashSet<>();
    for (Table table : TABLES) {
      for (Column column : table.getColumns()) {
        String name = name(column);
        if (!REFERENCED.containsKey(table) && name.endsWith(REFERENCED.get(referenced))) {
          spark
              .read()
              .parquet(folder.resolve(table.getName()).toUri().toString())
              .select(name)
              .distinct()
              .na()
              .drop()
              .collectAsList()
              .forEach(row -> keys.add(row.getInt(0)));
        }
      }
    }
    return keys;
  }

  /**
   * Writes a table unless it is there.
   *
   * @param keys of the rows to write, or none for all
   */
  private static void write(SparkSession spark, Table table, Path folder, Set<Integer> keys) {
    Path target = folder.resolve(table.getName());
    if (Files.exists(target.resolve("_SUCCESS"))) {
      return;
    }
    String name = table.name();
    StructType schema = schema(table);
    spark
        .createDataFrame(
            JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(List.of(name), 1)
                .flatMap(each -> rows(Table.valueOf(each), schema, keys)),
            schema)
        .write()
        .mode("overwrite")
        .parquet(target.toUri().toString());
  }

  /** A table of returns is generated with its sales: of what comes together, the second row. */
  private static Iterator<Row> rows(Table table, StructType schema, Set<Integer> keys) {
    Session session = Session.getDefaultSession().withScale(SCALE);
    int part = table.isChild() ? 1 : 0;
    return StreamSupport.stream(
            Results.constructResults(table.isChild() ? table.getParent() : table, session)
                .spliterator(),
            false)
        .filter(rows -> rows.size() > part)
        .map(rows -> row(rows.get(part), schema))
        .filter(row -> keys.isEmpty() || keys.contains(row.getInt(0)))
        .iterator();
  }

  private static Row row(List<@Nullable String> texts, StructType schema) {
    @Nullable Object[] values = new @Nullable Object[texts.size()];
    for (int column = 0; column < values.length; column++) {
      String text = texts.get(column);
      values[column] = text == null ? null : value(text, schema.apply(column).dataType());
    }
    return RowFactory.create(values);
  }

  private static Object value(String text, DataType type) {
    if (type.equals(DataTypes.IntegerType)) {
      return Integer.valueOf(text);
    }
    if (type.equals(DataTypes.DateType)) {
      return Date.valueOf(text);
    }
    return type.equals(DataTypes.StringType) ? text : new BigDecimal(text);
  }

  private static StructType schema(Table table) {
    StructType schema = new StructType();
    for (Column column : table.getColumns()) {
      schema = schema.add(name(column), type(column.getType()));
    }
    return schema;
  }

  /** The queries have an older name for one column. */
  private static String name(Column column) {
    return column.getName().replace("c_last_review_date_sk", "c_last_review_date");
  }

  private static DataType type(ColumnType type) {
    return switch (type.getBase()) {
      case INTEGER, IDENTIFIER -> DataTypes.IntegerType;
      case DATE -> DataTypes.DateType;
      case DECIMAL ->
          DataTypes.createDecimalType(
              type.getPrecision().orElseThrow(), type.getScale().orElseThrow());
      case VARCHAR, CHAR, TIME -> DataTypes.StringType;
    };
  }
}
