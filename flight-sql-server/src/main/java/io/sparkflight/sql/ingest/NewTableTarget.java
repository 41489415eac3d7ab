package io.sparkflight.sql.ingest;

import java.util.OptionalLong;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sparkflight.TableBridge.Place;
import org.apache.spark.sql.types.StructType;

/** A table that is made of the rows, and so takes whatever they are. */
abstract class NewTableTarget implements IngestTarget {
  final SparkSession session;
  final Place place;
  final IngestOptions options;

  NewTableTarget(SparkSession session, Place place, IngestOptions options) {
    this.session = session;
    this.place = place;
    this.options = options;
  }

  @Override
  public final String name() {
    return place.quoted();
  }

  /** What has made the table already is found by its properties, before there is such a target. */
  @Override
  public final OptionalLong done() {
    return OptionalLong.empty();
  }

  @Override
  public final Set<String> check(StructType columns) {
    return Set.of();
  }
}
