package org.apache.spark.sql.sparkflight;

import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Offset;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.UnaryNode;

/**
 * Whether a result has an order that SQL promises: a global sort at the top, or beneath operators
 * that keep the order of their input.
 */
final class GlobalOrder {
  private GlobalOrder() {}

  static boolean of(LogicalPlan plan) {
    if (plan instanceof Sort sort) {
      return sort.global();
    }
    return keepsOrder(plan) && of(((UnaryNode) plan).child());
  }

  private static boolean keepsOrder(LogicalPlan plan) {
    return plan instanceof Project
        || plan instanceof Filter
        || plan instanceof GlobalLimit
        || plan instanceof LocalLimit
        || plan instanceof Offset
        || plan instanceof SubqueryAlias;
  }
}
