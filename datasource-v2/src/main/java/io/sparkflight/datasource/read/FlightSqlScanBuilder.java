package io.sparkflight.datasource.read;

import io.sparkflight.datasource.client.SourceOptions;
import io.sparkflight.datasource.sql.ServerSql;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.SupportsPushDownLimit;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.connector.read.SupportsPushDownV2Filters;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Takes what Spark would rather have the server do. Of filters, the server is asked for those of
 * which it is sure to return at least the rows that Spark wants, and Spark filters these again: its
 * own comparison is the one that counts.
 */
public final class FlightSqlScanBuilder
    implements ScanBuilder,
        SupportsPushDownRequiredColumns,
        SupportsPushDownV2Filters,
        SupportsPushDownLimit {
  private final SourceOptions source;
  private StructType columns;
  private Predicate[] pushed = {};
  private int limit = -1;

  public FlightSqlScanBuilder(SourceOptions source, StructType columns) {
    this.source = source;
    this.columns = columns;
  }

  /** Whole columns: a part of a struct would have to be written in the server's own SQL. */
  @Override
  public void pruneColumns(StructType required) {
    StructType kept = new StructType();
    for (StructField column : columns.fields()) {
      kept = required.getFieldIndex(column.name()).isDefined() ? kept.add(column) : kept;
    }
    columns = kept;
  }

  @Override
  public Predicate[] pushPredicates(Predicate[] predicates) {
    List<Predicate> taken = new ArrayList<>();
    for (Predicate each : predicates) {
      if (ServerSql.canSay(each, columns)) {
        taken.add(each);
      }
    }
    pushed = taken.toArray(Predicate[]::new);
    return predicates;
  }

  @Override
  public Predicate[] pushedPredicates() {
    return pushed.clone();
  }

  /** Each endpoint would count for itself only if the server did: so Spark counts once more. */
  @Override
  public boolean pushLimit(int most) {
    limit = most;
    return true;
  }

  @Override
  public boolean isPartiallyPushed() {
    return true;
  }

  @Override
  public Scan build() {
    return new FlightSqlScan(source, columns, Arrays.asList(pushed), limit);
  }
}
