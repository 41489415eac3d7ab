package io.sparkflight.sql.ingest;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sparkflight.TableBridge.Place;

/** An Iceberg table, whose snapshots carry the id and the number of the rows they added. */
record SnapshotMemory(SparkSession session, Place place, String id) implements IngestMemory {
  private static final String KEY = "spark-flight-ingest";
  private static final String ROWS = "spark-flight-ingest-rows";

  @Override
  public OptionalLong done() {
    List<Row> found =
        session
            .table(place.quoted() + ".snapshots")
            .where(col("summary").getItem(KEY).equalTo(id))
            .select(col("summary").getItem(ROWS).cast("bigint"))
            .takeAsList(1);
    return found.isEmpty() ? OptionalLong.empty() : OptionalLong.of(found.get(0).getLong(0));
  }

  @Override
  public Map<String, String> options(long rows) {
    return Map.of(
        "snapshot-property." + KEY, id, "snapshot-property." + ROWS, String.valueOf(rows));
  }

  @Override
  public void recover() {}

  @Override
  public void prepare() {}

  @Override
  public void finish(long rows) {}
}
