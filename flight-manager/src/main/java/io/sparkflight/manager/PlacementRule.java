package io.sparkflight.manager;

import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.sparkflight.SparkBridge;

/** Decides where the rows of a query are kept: by its plan, its order and the setting. */
public final class PlacementRule {
  private final ManagerConfig config;

  public PlacementRule(ManagerConfig config) {
    this.config = config;
  }

  /** Optimises the query, runs nothing. */
  public Placement decide(QueryExecution query, ResultOptions options) {
    boolean small =
        SparkBridge.maxRows(query).filter(most -> most <= config.inlineMaxRows()).isPresent();
    return switch (config.distribute()) {
      case ALWAYS -> spread(query, options);
      case NEVER -> small ? Placement.COLLECTED : Placement.INITIATOR;
      case AUTO -> small ? Placement.COLLECTED : spread(query, options);
    };
  }

  private static Placement spread(QueryExecution query, ResultOptions options) {
    if (!SparkBridge.ordersGlobally(query)) {
      return Placement.DISTRIBUTED;
    }
    return switch (options.order()) {
      case SINGLE -> Placement.INITIATOR;
      case RANGES -> Placement.RANGES;
    };
  }
}
