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
  public Placement decide(QueryExecution query) {
    boolean small =
        SparkBridge.maxRows(query).filter(most -> most <= config.inlineMaxRows()).isPresent();
    boolean ordered = SparkBridge.ordersGlobally(query);
    return switch (config.distribute()) {
      case ALWAYS -> ordered ? Placement.INITIATOR : Placement.DISTRIBUTED;
      case NEVER -> small ? Placement.COLLECTED : Placement.INITIATOR;
      case AUTO ->
          small ? Placement.COLLECTED : ordered ? Placement.INITIATOR : Placement.DISTRIBUTED;
    };
  }
}
