package io.sparkflight.sql.ingest;

import io.sparkflight.manager.Upload;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.spark.sql.CreateTableWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sparkflight.TableBridge.Place;
import org.apache.spark.sql.types.StructType;

/**
 * A table that does not exist yet. Spark makes it known only when all rows are written, or its
 * catalog does.
 */
final class CreationTarget implements IngestTarget {
  private static final String SESSION_CATALOG = "spark_catalog";

  private final SparkSession session;
  private final Place place;
  private final IngestOptions options;

  CreationTarget(SparkSession session, Place place, IngestOptions options) {
    this.session = session;
    this.place = place;
    this.options = options;
  }

  @Override
  public String name() {
    return place.quoted();
  }

  @Override
  public OptionalLong done() {
    return OptionalLong.empty();
  }

  @Override
  public Set<String> check(StructType columns) {
    return Set.of();
  }

  @Override
  public void write(Upload rows) {
    IngestTargets.spark(
        name(),
        () -> {
          writer(session, place, Optional.empty(), options, rows).create();
          return rows;
        });
  }

  /**
   * What makes a table of an upload.
   *
   * @param format the table's; empty for its catalog's own, which for Spark's is what {@code
   *     spark.sql.sources.default} says
   */
  static CreateTableWriter<Row> writer(
      SparkSession session,
      Place place,
      Optional<String> format,
      IngestOptions options,
      Upload rows) {
    CreateTableWriter<Row> create = rows.read(session).writeTo(place.quoted());
    Optional<String> own =
        place.catalog().name().equals(SESSION_CATALOG)
            ? Optional.of(session.conf().get("spark.sql.sources.default"))
            : Optional.empty();
    for (Map.Entry<String, String> each : MadeBy.properties(options, rows.rows()).entrySet()) {
      create = create.tableProperty(each.getKey(), each.getValue());
    }
    Optional<String> chosen = format.or(() -> own);
    return chosen.isPresent() ? create.using(chosen.get()) : create;
  }
}
