package io.sparkflight.sql;

import org.apache.spark.sql.SparkSession;

/** A schema {@code meta} with a table and a view, for the tests of metadata. */
final class MetadataFixture {
  private MetadataFixture() {}

  static void create(SparkSession spark) {
    drop(spark);
    spark.sql("CREATE DATABASE meta");
    spark.sql(
        "CREATE TABLE meta.orders (id BIGINT COMMENT 'the key', price DECIMAL(15, 2), note STRING,"
            + " tags ARRAY<STRING>) USING parquet");
    spark.sql("CREATE VIEW meta.large_orders AS SELECT id FROM meta.orders WHERE price > 1000");
  }

  static void drop(SparkSession spark) {
    spark.sql("DROP DATABASE IF EXISTS meta CASCADE");
  }
}
