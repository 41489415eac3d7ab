package io.sparkflight.sql.ingest;

import io.sparkflight.error.FlightErrors;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.UploadedRows;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.CreateTableWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sparkflight.TableBridge;
import org.apache.spark.sql.sparkflight.TableBridge.Place;

/**
 * A table that does not exist yet. Where its catalog does not make it known with all rows in one
 * step, it is made under a name that nobody knows, and gets its own when it has all rows.
 */
final class CreationTarget extends NewTableTarget {
  private static final String SESSION_CATALOG = "spark_catalog";

  CreationTarget(SparkSession session, Place place, IngestOptions options) {
    super(session, place, options);
  }

  @Override
  public void write(UploadedRows rows) {
    IngestTargets.spark(
        name(),
        () -> {
          if (TableBridge.stages(place, Optional.empty())) {
            writer(session, place, Optional.empty(), options, rows).create();
          } else {
            rename(create(session, place, Optional.empty(), options, rows));
          }
          return rows;
        });
  }

  private void rename(Place beside) {
    try {
      session.sql(TableBridge.rename(beside, place));
    } catch (Exception e) { // Scala throws checked exceptions undeclared
      session.sql("DROP TABLE " + beside.quoted());
      throw FlightErrors.ofSpark("create " + name(), e);
    }
  }

  /** Makes the table of an upload under a name that nobody knows. */
  static Place create(
      SparkSession session,
      Place place,
      Optional<String> format,
      IngestOptions options,
      UploadedRows rows)
      throws Exception {
    Place beside = beside(place);
    writer(session, beside, format, options, rows).create();
    return beside;
  }

  /** A place in the same schema that nobody knows. */
  static Place beside(Place place) {
    return place.sibling(place.name().name() + "_" + StatementHandle.random());
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
      UploadedRows rows) {
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
