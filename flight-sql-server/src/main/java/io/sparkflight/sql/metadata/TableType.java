package io.sparkflight.sql.metadata;

/**
 * What a table is, in the words that Spark creates it with. In alphabetical order, as JDBC asks.
 */
enum TableType {
  /** Shared by all sessions of the application, in Spark's schema for such views. */
  GLOBAL_TEMPORARY_VIEW,
  TABLE,
  /** Of one session, in no schema and no catalog. */
  TEMPORARY_VIEW,
  VIEW;

  /** As clients see it. */
  String label() {
    return name().replace('_', ' ');
  }
}
