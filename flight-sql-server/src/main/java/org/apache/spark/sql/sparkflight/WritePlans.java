package org.apache.spark.sql.sparkflight;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.UnresolvedRelation;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.plans.logical.AppendData;
import org.apache.spark.sql.catalyst.plans.logical.InsertIntoStatement;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.OverwriteByExpression;
import org.apache.spark.sql.catalyst.types.DataTypeUtils;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.V1Table;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import scala.Predef;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** Plans that write rows to a table, and the rows they begin with; Spark 3.5. */
public final class WritePlans {
  private WritePlans() {}

  /** {@code LocalRelation}: a query of these columns without a row. */
  public static LogicalPlan nothing(StructType schema) {
    return new LocalRelation(
        JavaConverters.<Attribute>asScalaBuffer(
                new ArrayList<>(JavaConverters.seqAsJavaList(DataTypeUtils.toAttributes(schema))))
            .toSeq(),
        JavaConverters.<InternalRow>asScalaBuffer(List.of()).toSeq(),
        false);
  }

  /** The plan of a query. */
  public static LogicalPlan plan(Dataset<Row> rows) {
    return rows.queryExecution().analyzed();
  }

  /**
   * A plan, not analysed yet, by which a query's rows take the place of all that a table has, in
   * one step, column by column of the same name.
   *
   * @param options for the table's own writer
   */
  public static LogicalPlan overwrite(
      TableBridge.Place place, LogicalPlan rows, Map<String, String> options) {
    return OverwriteByExpression.byName(
        relation(place), rows, Literal.TrueLiteral(), scalaMap(options));
  }

  private static UnresolvedRelation relation(TableBridge.Place place) {
    return new UnresolvedRelation(
        JavaConverters.asScalaBuffer(place.parts()).toSeq(),
        CaseInsensitiveStringMap.empty(),
        false);
  }

  /**
   * A plan, not analysed yet, that appends a query's rows to a table, column by column of the same
   * name. What a query does not have becomes the column's default.
   *
   * @param options for the table's own writer
   */
  public static LogicalPlan append(
      TableBridge.Place place, Table table, LogicalPlan rows, Map<String, String> options) {
    UnresolvedRelation relation = relation(place);
    if (!(table instanceof V1Table)) {
      return AppendData.byName(relation, rows, scalaMap(options));
    }
    Seq<String> columns =
        JavaConverters.asScalaBuffer(Arrays.asList(rows.schema().fieldNames())).toSeq();
    return new InsertIntoStatement(
        relation, scalaMap(Map.of()), columns, rows, false, false, false);
  }

  private static <V> scala.collection.immutable.Map<String, V> scalaMap(Map<String, V> map) {
    List<Tuple2<String, V>> pairs = new ArrayList<>();
    map.forEach((key, value) -> pairs.add(new Tuple2<>(key, value)));
    return JavaConverters.asScalaBuffer(pairs).toSeq().toMap(Predef.$conforms());
  }
}
