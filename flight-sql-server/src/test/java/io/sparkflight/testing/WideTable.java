package io.sparkflight.testing;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.sql.SparkSession;

/**
 * Ten million rows of eight columns, all of them a function of the first, and the check that a
 * result has every row once and unchanged. The check is not thread-safe.
 */
public final class WideTable {
  /** How many rows the table has. */
  public static final int ROWS = 10_000_000;

  private static final String[] COLUMNS = {
    "id AS a_key",
    "cast(id % 100000 AS int) AS an_int",
    "id / 7.0d AS a_double",
    "cast(id % 1000000 / 100 AS decimal(15, 2)) AS a_price",
    "date_add(date'1992-01-01', cast(id % 2500 AS int)) AS a_date",
    "timestamp_micros(id * 1000003) AS a_time",
    "concat('name ', id % 5000) AS a_name",
    "cast(id % 7 AS string) AS a_flag"
  };

  private static final int FIRST_DAY = (int) java.time.LocalDate.of(1992, 1, 1).toEpochDay();
  private static final byte[][] NAMES =
      IntStream.range(0, 5000)
          .mapToObj(number -> ("name " + number).getBytes(StandardCharsets.US_ASCII))
          .toArray(byte[][]::new);

  private final BitSet seen = new BitSet(ROWS);

  /** Writes the table under a folder, unless it is there. */
  public static Path write(SparkSession spark, Path folder) {
    Path table = folder.resolve("wide").toAbsolutePath();
    SharedFolder.fill(
        folder,
        () -> {
          if (!Files.exists(table.resolve("_SUCCESS"))) {
            spark
                .range(0, ROWS, 1, 4)
                .selectExpr(COLUMNS)
                .write()
                .mode("overwrite")
                .parquet(table.toUri().toString());
          }
        });
    return table;
  }

  /**
   * The text of a query that makes the first rows of the table anew, without the table.
   *
   * @param extra a further column, or an empty text
   */
  public static String rows(int rows, int partitions, String extra) {
    return "SELECT %s%s FROM range(0, %d, 1, %d)"
        .formatted(String.join(", ", COLUMNS), extra, rows, partitions);
  }

  /** The same query, but its partitions come out of a shuffle that deals the rows of another. */
  public static String shuffled(int rows, int partitions) {
    return "SELECT %s FROM (SELECT /*+ REPARTITION(%d) */ id FROM (SELECT /*+ REPARTITION(%d) */ id FROM range(%d)) WHERE id + rand(1) >= 0)"
        .formatted(String.join(", ", COLUMNS), partitions, partitions / 2, rows);
  }

  /** Checks each row of a batch. */
  public void check(VectorSchemaRoot batch) {
    BigIntVector keys = (BigIntVector) batch.getVector("a_key");
    for (int row = 0; row < batch.getRowCount(); row++) {
      int key = Math.toIntExact(keys.get(row));
      if (seen.get(key)) {
        throw new AssertionError("row %d came twice".formatted(key));
      }
      seen.set(key);
      if (!numbersMatch(batch, row, key) || !textsMatch(batch, row, key)) {
        throw new AssertionError(
            "row %d is wrong: %s".formatted(key, batch.slice(row, 1).contentToTSVString()));
      }
    }
  }

  /** How many different rows came; {@link #ROWS} when none is missing. */
  public int rows() {
    return seen.cardinality();
  }

  private static boolean numbersMatch(VectorSchemaRoot batch, int row, int key) {
    return ((IntVector) batch.getVector("an_int")).get(row) == key % 100_000
        && ((Float8Vector) batch.getVector("a_double")).get(row) == key / 7.0
        && ((DecimalVector) batch.getVector("a_price")).getObject(row).unscaledValue().longValue()
            == key % 1_000_000
        && ((DateDayVector) batch.getVector("a_date")).get(row) == FIRST_DAY + key % 2500
        && ((TimeStampMicroTZVector) batch.getVector("a_time")).get(row) == key * 1_000_003L;
  }

  private static boolean textsMatch(VectorSchemaRoot batch, int row, int key) {
    byte[] flag = ((VarCharVector) batch.getVector("a_flag")).get(row);
    return java.util.Arrays.equals(
            ((VarCharVector) batch.getVector("a_name")).get(row), NAMES[key % 5000])
        && flag.length == 1
        && flag[0] == '0' + key % 7;
  }
}
