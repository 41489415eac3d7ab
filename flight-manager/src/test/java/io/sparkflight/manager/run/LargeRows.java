package io.sparkflight.manager.run;

import java.util.BitSet;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Rows of a kilobyte, every byte of which follows from the row's number, and the check that none
 * comes twice, changed, or from a partition of which others are missing. Thread-safe.
 */
final class LargeRows {
  static final int PARTITIONS = 8;

  private static final String FILLER = "repeat(lpad(lower(hex(id)), 8, '0'), 125) AS filler";
  private static final int WORDS = 125;
  private static final int WORD_BYTES = 8;

  private final int rows;
  private final BitSet seen;

  /**
   * @param rows a multiple of the number of partitions
   */
  LargeRows(int rows) {
    this.rows = rows;
    this.seen = new BitSet(rows);
  }

  /** All of them. */
  Dataset<Row> table(SparkSession spark) {
    return spark.range(0, rows, 1, PARTITIONS).selectExpr("id", FILLER);
  }

  /** All of the partitions with odd numbers, and a few of the others. */
  Dataset<Row> skewed(SparkSession spark) {
    return table(spark).where("id div %d %% 2 = 1 OR id %% 500 = 0".formatted(rows / PARTITIONS));
  }

  /** All of them, but the last partition only when the gate is open. */
  Dataset<Row> held(SparkSession spark, String gate) {
    return spark
        .range(0, rows, 1, PARTITIONS)
        .mapPartitions(new HeldPartition(gate, PARTITIONS - 1), Encoders.LONG())
        .toDF("id")
        .selectExpr("id", FILLER);
  }

  /** Notes the rows of a batch. */
  void take(VectorSchemaRoot batch) {
    BigIntVector ids = (BigIntVector) batch.getVector(0);
    VarCharVector fillers = (VarCharVector) batch.getVector(1);
    for (int row = 0; row < batch.getRowCount(); row++) {
      checkFiller(ids.get(row), fillers, row);
    }
    synchronized (this) {
      for (int row = 0; row < batch.getRowCount(); row++) {
        int id = Math.toIntExact(ids.get(row));
        if (seen.get(id)) {
          throw new AssertionError("row %d came twice".formatted(id));
        }
        seen.set(id);
      }
    }
  }

  /** Whether every row has come. */
  synchronized boolean isWhole() {
    return seen.cardinality() == rows;
  }

  /** How many partitions have come; fails if one did in part. */
  synchronized int partitions() {
    int whole = 0;
    int size = rows / PARTITIONS;
    for (int partition = 0; partition < PARTITIONS; partition++) {
      int came = seen.get(partition * size, (partition + 1) * size).cardinality();
      if (came != 0 && came != size) {
        throw new AssertionError(
            "%d of %d rows of partition %d came".formatted(came, size, partition));
      }
      whole += came / size;
    }
    return whole;
  }

  @Override
  public synchronized String toString() {
    return "%d of %d rows".formatted(seen.cardinality(), rows);
  }

  private static void checkFiller(long id, VarCharVector fillers, int row) {
    ArrowBuf data = fillers.getDataBuffer();
    int start = fillers.getStartOffset(row);
    boolean same = fillers.getEndOffset(row) - start == WORDS * WORD_BYTES;
    long expected = word(id);
    for (int word = 0; same && word < WORDS; word++) {
      same = data.getLong(start + (long) word * WORD_BYTES) == expected;
    }
    if (!same) {
      throw new AssertionError("row %d has the filler %s".formatted(id, fillers.getObject(row)));
    }
  }

  /** The eight digits of a number, as a buffer gives them: the first one lowest. */
  private static long word(long id) {
    long word = 0;
    for (int digit = 0; digit < WORD_BYTES; digit++) {
      int value = (int) (id >> (4 * (7 - digit))) & 15;
      word |= (long) Character.forDigit(value, 16) << (8 * digit);
    }
    return word;
  }
}
