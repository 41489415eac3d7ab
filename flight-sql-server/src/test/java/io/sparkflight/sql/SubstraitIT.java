package io.sparkflight.sql;

import static io.sparkflight.testing.FlightRows.row;
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
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import io.sparkflight.testing.Answer;
import io.sparkflight.testing.Answers;
import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import io.sparkflight.testing.SubstraitPlanBytes;
import io.sparkflight.testing.Tpch;
import io.substrait.proto.AggregateFunction;
import io.substrait.proto.AggregateRel;
import io.substrait.proto.AggregationPhase;
import io.substrait.proto.Expression;
import io.substrait.proto.FetchRel;
import io.substrait.proto.FilterRel;
import io.substrait.proto.FunctionArgument;
import io.substrait.proto.JoinRel;
import io.substrait.proto.Plan;
import io.substrait.proto.Rel;
import io.substrait.proto.SetRel;
import io.substrait.proto.SortField;
import io.substrait.proto.SortRel;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.PollInfo;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.FlightSqlClient.SubstraitPlan;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementSubstraitPlan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Queries that come as plans of Substrait mean what its specification says. */
class SubstraitIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  /** Spark's producer knows no scalar subqueries. */
  private static final Set<String> NOT_PRODUCED = Set.of("q11", "q15", "q22");

  private FlightSqlClient client;

  @BeforeAll
  static void createTables() {
    Tpch.createTables(SERVER.spark());
    SERVER.spark().sql("CREATE TABLE substrait_pairs (word STRING, id BIGINT) USING parquet");
    SERVER.spark().sql("INSERT INTO substrait_pairs VALUES ('b', 2), ('a', 1), (null, 3)");
  }

  @BeforeEach
  void connect() {
    client = SERVER.flightSql();
  }

  @AfterEach
  void disconnect() throws Exception {
    client.close();
  }

  static Stream<String> queries() {
    return Tpch.queries().filter(query -> !NOT_PRODUCED.contains(query));
  }

  @ParameterizedTest
  @MethodSource("queries")
  void aPlanOfSparkReturnsWhatSparkAnswers(String query) throws Exception {
    String sql = Tpch.text(query);
    Answer expected = Answers.ofSpark(SERVER.spark(), sql);
    SubstraitPlan plan =
        new SubstraitPlan(SubstraitPlanBytes.ofSpark(SERVER.spark(), sql), "0.48.0");

    FlightInfo info = client.executeSubstrait(plan);
    assertThat(Answers.ofFlight(client, info)).isEqualTo(expected);
    assertThat(info.getSchemaOptional().orElseThrow().getFields())
        .extracting("name")
        .containsExactly((Object[]) SERVER.spark().sql(sql).columns());
  }

  @Test
  void aPreparedPlanIsExecutedAgain() throws Exception {
    SubstraitPlan plan = sent(plan(pairs(), List.of("number", "text")));
    try (PreparedStatement prepared = client.prepare(plan)) {
      assertThat(prepared.getParameterSchema().getFields()).isEmpty();
      assertThat(prepared.getResultSetSchema().getFields())
          .extracting("name")
          .containsExactly("number", "text");
      for (int time = 0; time < 2; time++) {
        assertThat(FlightRows.of(client, prepared.execute()))
            .containsExactlyInAnyOrder(row(1L, "a"), row(2L, "b"), row(3L, null));
      }
    }
  }

  @Test
  void theSchemaComesWithoutExecution() {
    assertThat(client.getExecuteSubstraitSchema(sent(plan(pairs(), List.of("n", "t")))).getSchema())
        .isEqualTo(
            client
                .executeSubstrait(sent(plan(pairs(), List.of("n", "t"))))
                .getSchemaOptional()
                .orElseThrow());
  }

  @Test
  void aPlanIsPolled() throws Exception {
    try (FlightClient flight = SERVER.flight()) {
      PollInfo poll = flight.pollInfo(command(sent(plan(pairs(), List.of("n", "t")))));
      while (poll.getFlightDescriptor().isPresent()) {
        poll = flight.pollInfo(poll.getFlightDescriptor().orElseThrow());
      }
      assertThat(FlightRows.of(client, poll.getFlightInfo())).hasSize(3);
    }
  }

  private static FlightDescriptor command(SubstraitPlan plan) {
    return FlightDescriptor.command(
        Any.pack(
                CommandStatementSubstraitPlan.newBuilder()
                    .setPlan(
                        org.apache.arrow.flight.sql.impl.FlightSql.SubstraitPlan.newBuilder()
                            .setPlan(com.google.protobuf.ByteString.copyFrom(plan.getPlan())))
                    .build())
            .toByteArray());
  }

  @Test
  void aProjectionAddsToTheColumnsOfItsInput() {
    Rel sum = project(numbers(1, 2), call(0, LONG, column(0), number(10)));
    assertThat(rows(plan(sum, List.of("n", "sum"), "arithmetic:add:i64_i64")))
        .containsExactlyInAnyOrder(row(1L, 11L), row(2L, 12L));
    assertThat(rows(plan(emit(sum, 1, 0, 1), List.of("a", "b", "c"), "arithmetic:add:i64_i64")))
        .containsExactlyInAnyOrder(row(11L, 1L, 11L), row(12L, 2L, 12L));
  }

  @Test
  void aTableHasTheColumnsThatThePlanNames() {
    assertThat(rows(plan(read("substrait_pairs", List.of("id"), List.of(LONG)), List.of("n"))))
        .containsExactlyInAnyOrder(row(1L), row(2L), row(3L));
    assertThat(rows(plan(pairs(), List.of("n", "t"))))
        .containsExactlyInAnyOrder(row(1L, "a"), row(2L, "b"), row(3L, null));
  }

  @Test
  void aTableIsJoinedWithItself() {
    assertThat(
            rows(
                plan(
                    join(JoinRel.JoinType.JOIN_TYPE_INNER),
                    List.of("a", "b", "c", "d"),
                    "comparison:equal:any_any")))
        .containsExactlyInAnyOrder(
            row(1L, "a", 1L, "a"), row(2L, "b", 2L, "b"), row(3L, null, 3L, null));
    assertThat(
            rows(
                plan(
                    join(JoinRel.JoinType.JOIN_TYPE_SEMI),
                    List.of("a", "b"),
                    "comparison:equal:any_any")))
        .hasSize(3);
    assertThat(
            rows(
                plan(
                    join(JoinRel.JoinType.JOIN_TYPE_ANTI),
                    List.of("a", "b"),
                    "comparison:equal:any_any")))
        .isEmpty();
  }

  private static Rel join(JoinRel.JoinType type) {
    return Rel.newBuilder()
        .setJoin(
            JoinRel.newBuilder()
                .setLeft(pairs())
                .setRight(pairs())
                .setType(type)
                .setExpression(call(0, SubstraitPlanBytes.BOOLEAN, column(0), column(2))))
        .build();
  }

  @Test
  void numbersAreNoPlacesOfColumns() {
    Rel sorted =
        Rel.newBuilder()
            .setSort(
                SortRel.newBuilder()
                    .setInput(numbers(3, 1, 2))
                    .addSorts(sort(number(7)))
                    .addSorts(sort(column(0))))
            .build();
    assertThat(rows(plan(sorted, List.of("n")))).containsExactly(row(1L), row(2L), row(3L));

    Rel grouped =
        Rel.newBuilder()
            .setAggregate(
                AggregateRel.newBuilder()
                    .setInput(numbers(3, 1, 2))
                    .addGroupings(
                        AggregateRel.Grouping.newBuilder().addGroupingExpressions(number(7)))
                    .addMeasures(sum()))
            .build();
    assertThat(rows(plan(grouped, List.of("g", "s"), "arithmetic:sum:i64")))
        .containsExactly(row(7L, 6L));
  }

  private static SortField sort(Expression key) {
    return SortField.newBuilder()
        .setExpr(key)
        .setDirection(SortField.SortDirection.SORT_DIRECTION_ASC_NULLS_FIRST)
        .build();
  }

  private static AggregateRel.Measure sum() {
    return AggregateRel.Measure.newBuilder()
        .setMeasure(
            AggregateFunction.newBuilder()
                .setFunctionReference(0)
                .setOutputType(LONG)
                .setPhase(AggregationPhase.AGGREGATION_PHASE_INITIAL_TO_RESULT)
                .addArguments(FunctionArgument.newBuilder().setValue(column(0))))
        .build();
  }

  @Test
  void rowsAreCountedFromTheOffset() {
    Rel all =
        Rel.newBuilder()
            .setSort(SortRel.newBuilder().setInput(numbers(4, 3, 2, 1)).addSorts(sort(column(0))))
            .build();
    assertThat(rows(plan(fetch(all, 1, 2), List.of("n")))).containsExactly(row(2L), row(3L));
    assertThat(rows(plan(fetch(all, 3, -1), List.of("n")))).containsExactly(row(4L));
    assertThat(rows(plan(fetch(all, 0, 0), List.of("n")))).isEmpty();
  }

  private static Rel fetch(Rel input, long offset, long count) {
    return Rel.newBuilder()
        .setFetch(FetchRel.newBuilder().setInput(input).setOffset(offset).setCount(count))
        .build();
  }

  @Test
  void unionsKeepAllOrEachOnce() {
    assertThat(rows(plan(union(SetRel.SetOp.SET_OP_UNION_ALL), List.of("n"))))
        .containsExactlyInAnyOrder(row(1L), row(1L), row(2L));
    assertThat(rows(plan(union(SetRel.SetOp.SET_OP_UNION_DISTINCT), List.of("n"))))
        .containsExactlyInAnyOrder(row(1L), row(2L));
  }

  private static Rel union(SetRel.SetOp kind) {
    return Rel.newBuilder()
        .setSet(SetRel.newBuilder().setOp(kind).addInputs(numbers(1)).addInputs(numbers(1, 2)))
        .build();
  }

  @Test
  void aReadFilters() {
    Rel read = pairs();
    Rel filtered =
        read.toBuilder()
            .setRead(
                read.getRead().toBuilder()
                    .setFilter(call(0, SubstraitPlanBytes.BOOLEAN, column(0), number(2))))
            .build();
    assertThat(rows(plan(filtered, List.of("n", "t"), "comparison:gt:any_any")))
        .containsExactly(row(3L, null));
    Rel over =
        Rel.newBuilder()
            .setFilter(
                FilterRel.newBuilder()
                    .setInput(pairs())
                    .setCondition(call(0, SubstraitPlanBytes.BOOLEAN, column(0), number(1))))
            .build();
    assertThat(rows(plan(over, List.of("n", "t"), "comparison:equal:any_any")))
        .containsExactly(row(1L, "a"));
  }

  /** Its columns in another order than the table has them. */
  static Rel pairs() {
    return read("substrait_pairs", List.of("id", "word"), List.of(LONG, STRING));
  }

  private List<List<Object>> rows(Plan plan) {
    return FlightRows.of(client, client.executeSubstrait(sent(plan)));
  }
}
