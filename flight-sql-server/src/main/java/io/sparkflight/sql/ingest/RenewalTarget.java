package io.sparkflight.sql.ingest;

import io.sparkflight.manager.UploadedRows;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.V1Table;
import org.apache.spark.sql.sparkflight.TableBridge;
import org.apache.spark.sql.sparkflight.TableBridge.Format;
import org.apache.spark.sql.sparkflight.TableBridge.Place;
import org.apache.spark.sql.types.StructType;

/**
 * A table whose rows are replaced. If they have its columns, of the same names and types, it stays
 * what it was: partitions, properties, comments, lengths of texts. If not, it is made anew of what
 * they have.
 *
 * @param session to read the rows with
 * @param columns those of the table
 * @param checks takes rows with its columns, or says why not
 * @param kept writes those
 * @param anew writes others
 */
record RenewalTarget(
    SparkSession session,
    StructType columns,
    AppendTarget checks,
    IngestTarget kept,
    IngestTarget anew)
    implements IngestTarget {

  static IngestTarget of(
      SparkSession session, Place place, Table existing, Format format, IngestOptions options) {
    IngestTarget anew = anew(session, place, existing, options);
    StructType columns = TableBridge.columns(existing);
    return switch (format) {
      case ICEBERG, DELTA -> {
        AppendTarget inPlace = AppendTarget.inPlace(session, place, existing, format, options);
        yield new RenewalTarget(session, columns, inPlace, inPlace, anew);
      }
      case FILES, ATOMIC -> {
        if (!(existing instanceof V1Table old)) {
          yield anew;
        }
        IngestOptions forgetful = options.withoutId();
        yield new RenewalTarget(
            session,
            columns,
            AppendTarget.of(session, place, existing, format, forgetful),
            new ReplacementTarget(
                session, place, options, rows -> like(session, place, old, format, options, rows)),
            anew);
      }
      case PIECEMEAL, VIEW -> anew;
    };
  }

  private static IngestTarget anew(
      SparkSession session, Place place, Table existing, IngestOptions options) {
    Optional<String> provider = Optional.ofNullable(existing.properties().get("provider"));
    return TableBridge.stages(place, Optional.of(existing))
        ? new StagedTarget(session, place, existing, options)
        : new ReplacementTarget(
            session,
            place,
            options,
            rows -> CreationTarget.create(session, place, provider, options, rows));
  }

  private static Place like(
      SparkSession session,
      Place place,
      V1Table old,
      Format format,
      IngestOptions options,
      UploadedRows rows)
      throws Exception {
    Place beside = CreationTarget.beside(place);
    try {
      TableBridge.like(session, place, old, beside, MadeBy.of(old).renewed(options, rows.rows()));
      Table made = TableBridge.load(session, beside).orElseThrow();
      AppendTarget.of(session, beside, made, format, options.withoutId()).write(rows);
      return beside;
    } catch (Throwable e) {
      session.sql("DROP TABLE IF EXISTS " + beside.quoted());
      throw e;
    }
  }

  private boolean fits(StructType sent) {
    return TableBridge.same(session, columns, sent);
  }

  @Override
  public String name() {
    return anew.name();
  }

  @Override
  public OptionalLong done() {
    return kept.done();
  }

  @Override
  public Set<String> check(StructType sent) {
    return fits(sent) ? checks.check(sent) : anew.check(sent);
  }

  @Override
  public void write(UploadedRows rows) {
    (fits(rows.read(session).schema()) ? kept : anew).write(rows);
  }
}
