package io.sparkflight.sql;

import static io.sparkflight.testing.SubstraitPlanBytes.BOOLEAN;
import static io.sparkflight.testing.SubstraitPlanBytes.LONG;
import static io.sparkflight.testing.SubstraitPlanBytes.STRING;
import static io.sparkflight.testing.SubstraitPlanBytes.call;
import static io.sparkflight.testing.SubstraitPlanBytes.column;
import static io.sparkflight.testing.SubstraitPlanBytes.emit;
import static io.sparkflight.testing.SubstraitPlanBytes.number;
import static io.sparkflight.testing.SubstraitPlanBytes.numbers;
import static io.sparkflight.testing.SubstraitPlanBytes.plan;
import static io.sparkflight.testing.SubstraitPlanBytes.project;
import static io.sparkflight.testing.SubstraitPlanBytes.read;
import static io.sparkflight.testing.SubstraitPlanBytes.sent;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import io.sparkflight.testing.SubstraitPlanBytes;
import io.sparkflight.testing.Tpch;
import io.substrait.proto.Expression;
import io.substrait.proto.FetchRel;
import io.substrait.proto.FunctionOption;
import io.substrait.proto.Plan;
import io.substrait.proto.ReadRel;
import io.substrait.proto.Rel;
import io.substrait.proto.WriteRel;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.SubstraitPlan;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Plans that mean nothing, or nothing that Spark can do, are refused with the reason. */
class HostileSubstraitIT {
  @RegisterExtension
  static final FlightSqlServerExtension SERVER =
      new FlightSqlServerExtension().with("spark.flight.statement.max-length", "20000");

  private static final int MUTATIONS = 400;

  private FlightSqlClient client;

  @BeforeAll
  static void createTables() {
    Tpch.createTables(SERVER.spark());
  }

  @BeforeEach
  void connect() {
    client = SERVER.flightSql();
  }

  @AfterEach
  void disconnect() throws Exception {
    client.close();
  }

  @Test
  void changedBytesAreRefusedOrStillAPlan() {
    byte[] whole = SubstraitPlanBytes.ofSpark(SERVER.spark(), Tpch.text("q16"));
    Random random = new Random(20_240_131);
    Map<FlightStatusCode, Integer> answers = new TreeMap<>();
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] changed = changed(whole, random);
      FlightStatusCode answer = FlightStatusCode.OK;
      try {
        client.getExecuteSubstraitSchema(new SubstraitPlan(changed, ""));
      } catch (FlightRuntimeException e) {
        answer = e.status().code();
        assertThat(e).hasMessageStartingWith("Cannot ");
      }
      answers.merge(answer, 1, Integer::sum);
    }
    assertThat(answers.keySet())
        .as(answers.toString())
        .isSubsetOf(
            FlightStatusCode.OK,
            FlightStatusCode.INVALID_ARGUMENT,
            FlightStatusCode.UNIMPLEMENTED,
            FlightStatusCode.NOT_FOUND)
        .contains(FlightStatusCode.INVALID_ARGUMENT, FlightStatusCode.UNIMPLEMENTED);
    assertThat(FlightRows.of(client, client.executeSubstrait(sent(plan(numbers(1), List.of("n"))))))
        .containsExactly(FlightRows.row(1L));
  }

  private static byte[] changed(byte[] whole, Random random) {
    byte[] changed = whole.clone();
    for (int i = 0; i <= random.nextInt(4); i++) {
      changed[random.nextInt(changed.length)] = (byte) random.nextInt();
    }
    return random.nextInt(8) == 0
        ? java.util.Arrays.copyOf(changed, random.nextInt(changed.length))
        : changed;
  }

  @Test
  void whatIsNoPlan() {
    invalid("its bytes are none", new SubstraitPlan("SELECT 1".getBytes(UTF_8), ""));
    invalid("it has not one relation that is its root", new SubstraitPlan(new byte[0], ""));
    invalid("it has 20001 bytes, and 20000 are allowed", new SubstraitPlan(new byte[20_001], ""));
    invalid("it has 1 columns and 2 names", sent(plan(numbers(1), List.of("a", "b"))));
    Rel numbers = numbers(1);
    invalid("it emits column 5 of 1", sent(plan(emit(project(numbers), 5), List.of("n"))));
    invalid("", sent(plan(project(numbers, column(3)), List.of("n", "m"))));
    invalid("", sent(plan(project(numbers, call(9, LONG, column(0))), List.of("n", "m"))));
  }

  @Test
  void anOffsetThatIsNone() {
    invalid("it counts -1 rows", sent(plan(fetched(numbers(1), -1), List.of("n"))));
    Rel apart = fetched(project(fetched(numbers(1), -1)), 1);
    invalid("it counts -1 rows", sent(plan(apart, List.of("n"))));
  }

  private static Rel fetched(Rel input, long offset) {
    return Rel.newBuilder()
        .setFetch(FetchRel.newBuilder().setInput(input).setOffset(offset).setCount(1))
        .build();
  }

  @Test
  void aPlanNestedTooDeeply() {
    Rel deep = numbers(1);
    for (int i = 0; i < 300; i++) {
      deep = fetched(deep, 0);
    }
    invalid("nested too deeply", sent(plan(deep, List.of("n"))));
    Rel shallow = numbers(1);
    for (int i = 0; i < 100; i++) {
      shallow = fetched(shallow, 0);
    }
    assertThat(FlightRows.of(client, client.executeSubstrait(sent(plan(shallow, List.of("n"))))))
        .containsExactly(FlightRows.row(1L));
  }

  @Test
  void aTableThatIsNotAsThePlanSays() {
    refused(
        FlightStatusCode.NOT_FOUND,
        "TABLE_OR_VIEW_NOT_FOUND",
        sent(plan(read("nothing", List.of("id"), List.of(LONG)), List.of("n"))));
    invalid(
        "it reads the column r_name of region as BIGINT, and it is STRING",
        sent(plan(read("region", List.of("r_name"), List.of(LONG)), List.of("n"))));
    invalid(
        "it reads the column id of region, of which there are 0",
        sent(plan(read("region", List.of("id"), List.of(LONG)), List.of("n"))));
  }

  @Test
  void whatWouldHaveNoEffect() {
    Rel projected = project(numbers(1), call(0, LONG, column(0), number(1)));
    Plan plan = plan(projected, List.of("n", "m"), "arithmetic:add:i64_i64");
    Plan.Builder withOption = plan.toBuilder();
    withOption
        .getRelationsBuilder(0)
        .getRootBuilder()
        .getInputBuilder()
        .getProjectBuilder()
        .getExpressionsBuilder(0)
        .getScalarFunctionBuilder()
        .addOptions(FunctionOption.newBuilder().setName("overflow").addPreference("ERROR"));
    unimplemented("it has Expression.ScalarFunction.options", sent(withOption.build()));
    Plan ofTheFuture =
        plan.toBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                    .build())
            .build();
    unimplemented("it has field 99 of Plan", sent(ofTheFuture));
    Rel files =
        Rel.newBuilder()
            .setRead(ReadRel.newBuilder().setLocalFiles(ReadRel.LocalFiles.getDefaultInstance()))
            .build();
    unimplemented("it has ReadRel.local_files", sent(plan(files, List.of())));
    Rel write = Rel.newBuilder().setWrite(WriteRel.getDefaultInstance()).build();
    unimplemented("it has Rel.write", sent(plan(write, List.of())));
  }

  @Test
  void aFunctionThatIsAnotherOneInSpark() {
    Rel divided = project(numbers(7), call(0, LONG, column(0), number(2)));
    unimplemented(
        "it has the function divide:i64_i64 with arguments that Spark does not take for it",
        sent(plan(divided, List.of("n", "m"), "arithmetic:divide:i64_i64")));
    Rel wrong = project(numbers(7), call(0, STRING, column(0), number(2)));
    unimplemented(
        "it counts on STRING from the function add:i64_i64, which is BIGINT in Spark",
        sent(plan(wrong, List.of("n", "m"), "arithmetic:add:i64_i64")));
    Rel tangent = project(numbers(7), call(0, LONG, column(0)));
    unimplemented(
        "it has the function abs:i64",
        sent(plan(tangent, List.of("n", "m"), "arithmetic:abs:i64")));
  }

  @Test
  void aChoiceOfTwoTypes() {
    Expression choice =
        Expression.newBuilder()
            .setIfThen(
                Expression.IfThen.newBuilder()
                    .addIfs(
                        Expression.IfThen.IfClause.newBuilder()
                            .setIf(call(0, BOOLEAN, column(0), number(1)))
                            .setThen(number(1)))
                    .setElse(
                        Expression.newBuilder()
                            .setLiteral(Expression.Literal.newBuilder().setString("x"))))
            .build();
    invalid(
        "the branches of a choice have different types",
        sent(plan(project(numbers(1), choice), List.of("n", "m"), "comparison:equal:any_any")));
  }

  @Test
  void aPlanIsNoUpdateAndInNoTransaction() {
    SubstraitPlan plan = sent(plan(numbers(1), List.of("n")));
    assertRefused(
        () -> client.executeSubstraitUpdate(plan),
        FlightStatusCode.INVALID_ARGUMENT,
        "Cannot run the statement as an update: it is a query.");
    assertRefused(
        () -> client.executeSubstrait(plan, new Transaction("t".getBytes(UTF_8))),
        FlightStatusCode.UNIMPLEMENTED,
        "Spark has none");
    assertRefused(
        () -> client.prepare(plan, new Transaction("t".getBytes(UTF_8))),
        FlightStatusCode.UNIMPLEMENTED,
        "Spark has none");
  }

  private void invalid(String words, SubstraitPlan plan) {
    refused(FlightStatusCode.INVALID_ARGUMENT, words, plan);
  }

  private void unimplemented(String words, SubstraitPlan plan) {
    refused(FlightStatusCode.UNIMPLEMENTED, words, plan);
  }

  private void refused(FlightStatusCode code, String words, SubstraitPlan plan) {
    assertRefused(() -> client.executeSubstrait(plan), code, words);
    assertRefused(() -> client.prepare(plan), code, words);
  }

  private static void assertRefused(ThrowingCallable call, FlightStatusCode code, String words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FlightRuntimeException.class, e -> assertThat(e.status().code()).isEqualTo(code))
        .hasMessageStartingWith("Cannot ")
        .hasMessageContaining(words)
        .hasMessageNotContaining("\tat ");
  }
}
