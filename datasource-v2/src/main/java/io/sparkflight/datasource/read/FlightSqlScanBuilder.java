package io.sparkflight.datasource.read;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.SourceOptions;
import io.sparkflight.datasource.sql.Dialect;
import io.sparkflight.datasource.sql.ServerQuery;
import io.sparkflight.error.FlightFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.connector.expressions.SortOrder;
import org.apache.spark.sql.connector.expressions.aggregate.Aggregation;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.SupportsPushDownAggregates;
import org.apache.spark.sql.connector.read.SupportsPushDownLimit;
import org.apache.spark.sql.connector.read.SupportsPushDownOffset;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.connector.read.SupportsPushDownTopN;
import org.apache.spark.sql.connector.read.SupportsPushDownV2Filters;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what Spark would rather have the server do. A server that speaks as Spark does is taken at
 * its word. Of any other one, filters are asked that are sure to leave at least the rows that Spark
 * wants, and Spark filters and counts again.
 */
public final class FlightSqlScanBuilder
    implements ScanBuilder,
        SupportsPushDownRequiredColumns,
        SupportsPushDownV2Filters,
        SupportsPushDownAggregates,
        SupportsPushDownLimit,
        SupportsPushDownOffset,
        SupportsPushDownTopN {
  private static final Logger LOG = LoggerFactory.getLogger(FlightSqlScanBuilder.class);

  private final SourceOptions source;
  private final StructType table;
  private final List<Predicate> pushed = new ArrayList<>();
  private boolean partially = true;
  private @Nullable ServerQuery query;

  public FlightSqlScanBuilder(SourceOptions source, StructType table) {
    this.source = source;
    this.table = table;
  }

  /** Asks the server for its dialect when it is first needed. */
  private ServerQuery query() {
    ServerQuery known = query;
    if (known == null) {
      try (ServerConnection server = ServerConnection.open(source.server())) {
        Dialect dialect = server.dialect();
        known = new ServerQuery(source.pushdown() ? dialect : dialect.common(), table);
      }
      query = known;
    }
    return known;
  }

  @Override
  public void pruneColumns(StructType required) {
    query().select(required);
  }

  @Override
  public Predicate[] pushPredicates(Predicate[] predicates) {
    if (!source.pushdown()) {
      return predicates;
    }
    Arrays.stream(predicates).filter(query()::filter).forEach(pushed::add);
    return query().isExact()
        ? Arrays.stream(predicates).filter(each -> !pushed.contains(each)).toArray(Predicate[]::new)
        : predicates;
  }

  @Override
  public Predicate[] pushedPredicates() {
    return pushed.toArray(Predicate[]::new);
  }

  /** The server's answer to the whole query is final, through however many endpoints it comes. */
  @Override
  public boolean supportCompletePushDown(Aggregation aggregation) {
    return source.pushdown() && query().canAggregate(aggregation);
  }

  /**
   * Spark also asks this of an average that it would compute itself, of a sum and a count. Another
   * server than ours is asked of what type its answer would be.
   */
  @Override
  public boolean pushAggregation(Aggregation aggregation) {
    if (!source.pushdown() || !query().canAggregate(aggregation)) {
      return false;
    }
    if (!query().isExact() && !answersInSparksTypes(aggregation)) {
      return false;
    }
    return query().aggregate(aggregation);
  }

  private boolean answersInSparksTypes(Aggregation aggregation) {
    try (ServerConnection server = ServerConnection.open(source.server())) {
      ServerQuery trial = new ServerQuery(server.dialect(), table);
      String sql = trial.aggregate(aggregation) ? trial.of(source.relation()) : "";
      return server.schema("(%s) answer".formatted(sql)).equals(trial.columns());
    } catch (FlightSqlException | FlightFailure e) {
      LOG.info("{} is not asked for groups, which Spark makes itself: {}", source, e.getMessage());
      return false;
    }
  }

  @Override
  public boolean pushLimit(int most) {
    if (!source.pushdown()) {
      return false;
    }
    partially = !query().limit(most);
    return true;
  }

  @Override
  public boolean pushOffset(int rows) {
    return source.pushdown() && query().offset(rows);
  }

  /** Spark sorts these few rows once more: they may come through several endpoints. */
  @Override
  public boolean pushTopN(SortOrder[] orders, int most) {
    partially = true;
    return source.pushdown() && query().top(orders, most);
  }

  @Override
  public boolean isPartiallyPushed() {
    return partially;
  }

  @Override
  public Scan build() {
    return new FlightSqlScan(source, query());
  }
}
