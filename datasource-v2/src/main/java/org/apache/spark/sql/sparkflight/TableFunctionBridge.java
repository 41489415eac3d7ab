package org.apache.spark.sql.sparkflight;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.connector.catalog.CatalogPlugin;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import scala.Option;
import scala.Tuple3;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.runtime.AbstractFunction1;

/** Functions that answer with tables of a source. */
public final class TableFunctionBridge {
  private TableFunctionBridge() {}

  /**
   * {@code SparkSessionExtensions.injectTableFunction}, whose signature has Catalyst's types, and
   * {@code DataSourceV2Relation.create} (Spark 3.5). The relation has no options, so that none are
   * in a plan.
   *
   * @param usage how it is called, for {@code DESCRIBE FUNCTION} and for errors
   * @param function gets the arguments, all of them constant texts
   */
  public static void inject(
      SparkSessionExtensions extensions,
      String name,
      String usage,
      Function<List<String>, Table> function) {
    extensions.injectTableFunction(
        new Tuple3<>(
            new FunctionIdentifier(name),
            new ExpressionInfo(
                function.getClass().getName(), "", name, usage, "", "", "", "", "", "", ""),
            new Builder(usage, function)));
  }

  /** {@code SessionState.catalogManager} of the session that is analysing (Spark 3.5). */
  public static CatalogPlugin catalog(String name) {
    return SparkSession.active().sessionState().catalogManager().catalog(name);
  }

  private static final class Builder extends AbstractFunction1<Seq<Expression>, LogicalPlan> {
    private final String usage;
    private final Function<List<String>, Table> function;

    Builder(String usage, Function<List<String>, Table> function) {
      this.usage = usage;
      this.function = function;
    }

    @Override
    public LogicalPlan apply(Seq<Expression> arguments) {
      List<String> texts = new ArrayList<>();
      for (Expression argument : JavaConverters.seqAsJavaList(arguments)) {
        Object value =
            argument.foldable() && argument.dataType().equals(DataTypes.StringType)
                ? argument.eval(null)
                : null;
        if (value == null) {
          throw new IllegalArgumentException(
              "Cannot take %s for an argument: it is no constant text. Call %s."
                  .formatted(argument.sql(), usage));
        }
        texts.add(value.toString());
      }
      return DataSourceV2Relation.create(
          function.apply(texts), Option.empty(), Option.empty(), CaseInsensitiveStringMap.empty());
    }
  }
}
