package io.sparkflight.sql.substrait;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.substrait.extension.SimpleExtension;
import io.substrait.plan.ProtoPlanConverter;
import io.substrait.proto.Plan;
import io.substrait.proto.PlanRel;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.arrow.flight.sql.impl.FlightSql.SubstraitPlan;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.sparkflight.StatementSource;
import org.apache.spark.sql.sparkflight.SubstraitRelations;

/**
 * Reads plans. The version that a client names with one is not looked at: a plan of a later version
 * may well have nothing new in it, and if it has, that is refused.
 */
public final class SubstraitPlans {
  /** The newest version of the specification whose messages are known. */
  public static final String VERSION = "0.48.0";

  /** Messages within messages; beyond this, a thread's stack would end before the plan does. */
  private static final int DEEPEST = 400;

  private SubstraitPlans() {}

  /** What the functions of plans are; read when the first plan comes. */
  private static final class Extensions {
    static final SimpleExtension.ExtensionCollection ALL = load();

    private static SimpleExtension.ExtensionCollection load() {
      try {
        return SimpleExtension.loadDefaults().merge(SimpleExtension.load(List.of("/spark.yml")));
      } catch (IOException e) {
        throw new IllegalStateException("the definitions of functions cannot be read", e);
      }
    }
  }

  /** A plan that was read. */
  private record Source(String text, io.substrait.plan.Plan plan) implements StatementSource {
    @Override
    public LogicalPlan parse(SparkSession session) {
      return convert(() -> SubstraitRelations.plan(session, plan));
    }
  }

  /**
   * Reads a plan, of which the tables are looked up later.
   *
   * @param longest the most bytes that it may have
   */
  public static StatementSource read(SubstraitPlan sent, int longest) {
    ByteString bytes = sent.getPlan();
    if (bytes.size() > longest) {
      throw invalid("it has %d bytes, and %d are allowed".formatted(bytes.size(), longest), null);
    }
    Plan plan = parse(bytes);
    PlanFields.check(plan);
    if (plan.getRelationsCount() != 1
        || plan.getRelations(0).getRelTypeCase() != PlanRel.RelTypeCase.ROOT) {
      throw invalid("it has not one relation that is its root", null);
    }
    return new Source(
        "Substrait plan of %,d bytes".formatted(bytes.size()),
        convert(() -> new ProtoPlanConverter(Extensions.ALL).from(plan)));
  }

  private static Plan parse(ByteString bytes) {
    try {
      CodedInputStream in = bytes.newCodedInput();
      in.setRecursionLimit(DEEPEST);
      return Plan.parseFrom(in);
    } catch (IOException e) {
      throw invalid("its bytes are none, or it is nested too deeply", e);
    }
  }

  /** The library tells what it cannot do by exceptions of many kinds; Spark's own come through. */
  private static <T> T convert(Supplier<T> conversion) {
    try {
      return conversion.get();
    } catch (FlightFailure e) {
      throw e;
    } catch (UnsupportedOperationException e) {
      throw refused(ErrorKind.UNIMPLEMENTED, reason(e), e);
    } catch (Exception | AssertionError e) { // Scala throws checked exceptions undeclared
      if (e instanceof SparkThrowable) {
        throw e;
      }
      throw refused(ErrorKind.INVALID, reason(e), e);
    }
  }

  private static String reason(Throwable e) {
    return Optional.ofNullable(e.getMessage())
        .orElse("a part of it does not fit another")
        .strip()
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst("[.]$", "");
  }

  private static FlightFailure invalid(String why, @org.jspecify.annotations.Nullable Exception e) {
    return refused(ErrorKind.INVALID, why, e);
  }

  static FlightFailure refused(
      ErrorKind kind, String why, @org.jspecify.annotations.Nullable Throwable cause) {
    return new FlightFailure(
        kind,
        "Cannot convert the Substrait plan: %s. Send SQL, or a plan without that.".formatted(why),
        cause);
  }
}
