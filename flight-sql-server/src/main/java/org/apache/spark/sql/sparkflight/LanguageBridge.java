package org.apache.spark.sql.sparkflight;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.util.SQLKeywordUtils;
import org.apache.spark.sql.types.DataType;
import scala.Option;
import scala.collection.JavaConverters;

/** What Spark's SQL has, and Spark does not publish as a list; Spark 3.5. */
public final class LanguageBridge {
  private LanguageBridge() {}

  /**
   * A function.
   *
   * @param group what Spark's manual lists it under, as {@code math_funcs}; empty for a user's own
   */
  public record Function(String name, String group) {}

  /** {@code SessionState.functionRegistry}: the functions that need no database. */
  public static List<Function> functions(SparkSession session) {
    FunctionRegistry registry = session.sessionState().functionRegistry();
    return JavaConverters.seqAsJavaList(registry.listFunction()).stream()
        .map(name -> function(registry, name))
        .toList();
  }

  private static Function function(FunctionRegistry registry, FunctionIdentifier name) {
    Option<ExpressionInfo> found = registry.lookupFunction(name);
    return new Function(name.funcName(), found.isDefined() ? found.get().getGroup() : "");
  }

  /** {@code SQLKeywordUtils.keywords}: all words that the parser knows, reserved or not. */
  public static List<String> keywords() {
    return Arrays.asList(
        JavaConverters.seqAsJavaList(SQLKeywordUtils.keywords()).toArray(String[]::new));
  }

  /** {@code Cast.canAnsiCast}, {@code canCast}: whether this session may cast one to the other. */
  public static boolean canCast(SparkSession session, DataType from, DataType to) {
    return session.sessionState().conf().ansiEnabled()
        ? Cast.canAnsiCast(from, to)
        : Cast.canCast(from, to);
  }
}
