package io.sparkflight.sql.ingest;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sparkflight.TableBridge.Place;

/**
 * A Delta table, which passes over a transaction of an application that it has, and whose history
 * tells how many rows it was. See "idempotent table writes" in Delta's documentation.
 */
record TransactionMemory(SparkSession session, Place place, String id) implements IngestMemory {
  private static final String KEY = "spark-flight-ingest ";

  @Override
  public OptionalLong done() {
    String mark = KEY + id + " ";
    List<Row> found =
        session
            .sql("DESCRIBE HISTORY " + place.quoted())
            .where(col("userMetadata").startsWith(mark))
            .select("userMetadata")
            .takeAsList(1);
    return found.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(found.get(0).getString(0).substring(mark.length())));
  }

  @Override
  public Map<String, String> options(long rows) {
    return Map.of("txnAppId", KEY + id, "txnVersion", "1", "userMetadata", KEY + id + " " + rows);
  }

  @Override
  public void recover() {}

  @Override
  public void prepare() {}

  @Override
  public void finish(long rows) {}
}
