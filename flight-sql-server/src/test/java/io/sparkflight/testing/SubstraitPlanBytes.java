package io.sparkflight.testing;

import io.substrait.plan.PlanProtoConverter;
import io.substrait.proto.Expression;
import io.substrait.proto.FunctionArgument;
import io.substrait.proto.NamedStruct;
import io.substrait.proto.Plan;
import io.substrait.proto.PlanRel;
import io.substrait.proto.ProjectRel;
import io.substrait.proto.ReadRel;
import io.substrait.proto.Rel;
import io.substrait.proto.RelCommon;
import io.substrait.proto.RelRoot;
import io.substrait.proto.SimpleExtensionDeclaration;
import io.substrait.proto.SimpleExtensionURI;
import io.substrait.proto.Type;
import io.substrait.spark.logical.ToSubstraitRel;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.flight.sql.FlightSqlClient.SubstraitPlan;
import org.apache.spark.sql.SparkSession;

/** Plans of Substrait as clients send them: of Spark's own producer, and put together by hand. */
public final class SubstraitPlanBytes {
  public static final Type.Nullability NULLABLE = Type.Nullability.NULLABILITY_NULLABLE;
  public static final Type LONG =
      Type.newBuilder().setI64(Type.I64.newBuilder().setNullability(NULLABLE)).build();
  public static final Type STRING =
      Type.newBuilder().setString(Type.String.newBuilder().setNullability(NULLABLE)).build();
  public static final Type BOOLEAN =
      Type.newBuilder().setBool(Type.Boolean.newBuilder().setNullability(NULLABLE)).build();

  private SubstraitPlanBytes() {}

  /** What Spark's producer makes of a query. */
  public static byte[] ofSpark(SparkSession spark, String sql) {
    return new PlanProtoConverter()
        .toProto(new ToSubstraitRel().convert(spark.sql(sql).queryExecution().optimizedPlan()))
        .toByteArray();
  }

  /** With the version that a client names. */
  public static SubstraitPlan sent(Plan plan) {
    return new SubstraitPlan(plan.toByteArray(), "0.48.0");
  }

  /**
   * A plan of one relation.
   *
   * @param functions are numbered from 0, as {@code file:key}
   */
  public static Plan plan(Rel root, List<String> names, String... functions) {
    Plan.Builder plan = Plan.newBuilder();
    for (int i = 0; i < functions.length; i++) {
      String[] parts = functions[i].split(":", 2);
      plan.addExtensionUris(
          SimpleExtensionURI.newBuilder()
              .setExtensionUriAnchor(i + 1)
              .setUri("/functions_%s.yaml".formatted(parts[0])));
      plan.addExtensions(
          SimpleExtensionDeclaration.newBuilder()
              .setExtensionFunction(
                  SimpleExtensionDeclaration.ExtensionFunction.newBuilder()
                      .setExtensionUriReference(i + 1)
                      .setFunctionAnchor(i)
                      .setName(parts[1])));
    }
    return plan.addRelations(
            PlanRel.newBuilder().setRoot(RelRoot.newBuilder().setInput(root).addAllNames(names)))
        .build();
  }

  /** The rows of a table. */
  public static Rel read(String table, List<String> names, List<Type> types) {
    return Rel.newBuilder()
        .setRead(
            ReadRel.newBuilder()
                .setBaseSchema(schema(names, types))
                .setNamedTable(ReadRel.NamedTable.newBuilder().addNames(table)))
        .build();
  }

  /** Rows of one number. */
  public static Rel numbers(long... values) {
    ReadRel.VirtualTable.Builder rows = ReadRel.VirtualTable.newBuilder();
    for (long value : values) {
      rows.addValues(
          Expression.Literal.Struct.newBuilder()
              .addFields(Expression.Literal.newBuilder().setI64(value).setNullable(true)));
    }
    return Rel.newBuilder()
        .setRead(
            ReadRel.newBuilder()
                .setBaseSchema(schema(List.of("n"), List.of(LONG)))
                .setVirtualTable(rows))
        .build();
  }

  private static NamedStruct schema(List<String> names, List<Type> types) {
    return NamedStruct.newBuilder()
        .addAllNames(names)
        .setStruct(
            Type.Struct.newBuilder()
                .addAllTypes(types)
                .setNullability(Type.Nullability.NULLABILITY_REQUIRED))
        .build();
  }

  /** The columns of a relation, then expressions. */
  public static Rel project(Rel input, Expression... expressions) {
    return Rel.newBuilder()
        .setProject(ProjectRel.newBuilder().setInput(input).addAllExpressions(List.of(expressions)))
        .build();
  }

  /** Of the columns of {@link #project}, some. */
  public static Rel emit(Rel project, int... places) {
    return project.toBuilder()
        .setProject(
            project.getProject().toBuilder()
                .setCommon(
                    RelCommon.newBuilder()
                        .setEmit(
                            RelCommon.Emit.newBuilder()
                                .addAllOutputMapping(IntStream.of(places).boxed().toList()))))
        .build();
  }

  /** A column of the input. */
  public static Expression column(int place) {
    return Expression.newBuilder()
        .setSelection(
            Expression.FieldReference.newBuilder()
                .setRootReference(Expression.FieldReference.RootReference.getDefaultInstance())
                .setDirectReference(
                    Expression.ReferenceSegment.newBuilder()
                        .setStructField(
                            Expression.ReferenceSegment.StructField.newBuilder().setField(place))))
        .build();
  }

  /** A number. */
  public static Expression number(long value) {
    return Expression.newBuilder()
        .setLiteral(Expression.Literal.newBuilder().setI64(value))
        .build();
  }

  /** A call of a function of the plan. */
  public static Expression call(int function, Type type, Expression... arguments) {
    Expression.ScalarFunction.Builder call =
        Expression.ScalarFunction.newBuilder().setFunctionReference(function).setOutputType(type);
    for (Expression argument : arguments) {
      call.addArguments(FunctionArgument.newBuilder().setValue(argument));
    }
    return Expression.newBuilder().setScalarFunction(call).build();
  }
}
