package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginSavepointRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementQuery;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients do wrong: each gets its sentence, and the server goes on. */
class BadInputIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private FlightClient client;

  @BeforeEach
  void connect() {
    client = SERVER.flight();
  }

  @AfterEach
  void theServerStillAnswers() throws Exception {
    client.close();
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 42")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(42);
    }
  }

  @Test
  void anUnknownTable() {
    assertFailure(
        () -> new FlightSqlClient(client).execute("SELECT * FROM nowhere"),
        FlightStatusCode.NOT_FOUND,
        "Cannot analyse the statement: [TABLE_OR_VIEW_NOT_FOUND] The table or view `nowhere`");
  }

  @Test
  void anUnknownTableOverJdbc() throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM nowhere"))
          .isInstanceOf(SQLException.class)
          .hasStackTraceContaining("[TABLE_OR_VIEW_NOT_FOUND]");
    }
  }

  @Test
  void aSyntaxError() {
    assertFailure(
        () -> new FlightSqlClient(client).execute("SELEC 1"),
        FlightStatusCode.INVALID_ARGUMENT,
        "Cannot analyse the statement: [PARSE_SYNTAX_ERROR]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT ?",
        "SELECT * FROM (SELECT id FROM range(9) WHERE id > ?)",
        "SELECT 1 WHERE 1 IN (SELECT id FROM range(9) WHERE id = ?)",
        "WITH few AS (SELECT id FROM range(9) WHERE id < ?) SELECT count(*) FROM few",
        "WITH a AS (WITH b AS (SELECT ? AS x) SELECT x FROM b) SELECT x + 1 FROM a",
        "CREATE TABLE never USING parquet AS WITH few AS (SELECT ? AS x) SELECT x FROM few"
      })
  void aParameterWithoutAValue(String sql) {
    assertFailure(
        () -> new FlightSqlClient(client).execute(sql),
        FlightStatusCode.INVALID_ARGUMENT,
        "Cannot run the statement: it has 1 parameter, and no values are bound.");
    try (FlightSqlClient.PreparedStatement prepared = new FlightSqlClient(client).prepare(sql)) {
      assertFailure(
          prepared::execute,
          FlightStatusCode.INVALID_ARGUMENT,
          "Cannot run the statement: it has 1 parameter, and no values are bound.");
    }
  }

  @Test
  void aParameterWithAName() {
    assertFailure(
        () -> new FlightSqlClient(client).prepare("SELECT :name"),
        FlightStatusCode.UNIMPLEMENTED,
        "Cannot bind the parameter :name: clients of Flight SQL bind by position. Write ? instead.");
  }

  @Test
  void aTooLongStatement() {
    assertFailure(
        () -> new FlightSqlClient(client).execute("SELECT '" + "x".repeat(1_000_000) + "'"),
        FlightStatusCode.INVALID_ARGUMENT,
        "Cannot analyse the statement: it has 1000009 characters, and 1000000 are allowed.");
  }

  @Test
  void aTooDeepStatement() {
    assertFailure(
        () -> new FlightSqlClient(client).execute("SELECT " + "1 + ".repeat(20_000) + "1"),
        FlightStatusCode.INVALID_ARGUMENT,
        "nested too deeply");
  }

  @Test
  void thousandsOfBrackets() {
    assertFailure(
        () -> answer("SELECT " + "(".repeat(5_000) + "1" + ")".repeat(5_000)),
        FlightStatusCode.INVALID_ARGUMENT,
        "nested too deeply");
  }

  @Test
  void thousandsOfItems() {
    String items =
        IntStream.range(0, 10_000).mapToObj(String::valueOf).collect(Collectors.joining(","));
    assertThat(answer("SELECT id FROM range(20000) WHERE id IN (" + items + ")")).isEqualTo(10_000);
  }

  private long answer(String sql) {
    return read(new FlightSqlClient(client).execute(sql));
  }

  @Test
  void aFailureWhileTheRowsAreMade() {
    FlightInfo info =
        new FlightSqlClient(client)
            .execute("SELECT raise_error(concat('stop at ', id)) FROM range(10) WHERE id = 7");
    assertFailure(
        () -> read(info), FlightStatusCode.INTERNAL, "Cannot run the statement: ", "stop at 7");
  }

  @Test
  void anUnknownTicket() {
    assertFailure(
        () -> read(new Ticket("SFT3 no such ticket".getBytes(StandardCharsets.UTF_8))),
        FlightStatusCode.UNAUTHENTICATED,
        "Cannot read this ticket: this server did not issue it");
  }

  @Test
  void theTicketOfAnotherUser() {
    FlightInfo info = new FlightSqlClient(client).execute("SELECT 1", login("ada"));
    assertFailure(
        () -> read(info.getEndpoints().get(0).getTicket(), login("bob")),
        FlightStatusCode.UNAUTHORIZED,
        "belongs to another user");
    assertThat(read(info.getEndpoints().get(0).getTicket(), login("ada"))).isEqualTo(1);
  }

  @Test
  void theTicketAndTheTokenOfARestartedServer() throws Exception {
    FlightInfo info = new FlightSqlClient(client).execute("SELECT 1");
    CallOption token = token("ada");
    SERVER.restart();
    client.close();
    client = SERVER.flight();
    assertFailure(
        () -> read(info),
        FlightStatusCode.UNAUTHENTICATED,
        "If the server was restarted since, execute the statement again.");
    assertFailure(
        () -> new FlightSqlClient(client).execute("SELECT 1", token),
        FlightStatusCode.UNAUTHENTICATED,
        "Cannot accept the token: no server of this cluster issued it");
  }

  @Test
  void randomBytes() {
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      assertFailure(
          () -> client.getInfo(FlightDescriptor.command(bytes)), null, "Cannot read this ");
      assertFailure(
          () -> client.getSchema(FlightDescriptor.command(bytes)), null, "Cannot read this ");
      assertFailure(() -> read(new Ticket(bytes)), null, "Cannot read this ");
      assertFailure(
          () -> client.doAction(new Action("CreatePreparedStatement", bytes)).hasNext(),
          null,
          "Cannot read this CreatePreparedStatement: ");
      assertFailure(
          () -> client.getInfo(preparedStatement(bytes)),
          null,
          "Cannot execute the prepared statement: ");
    }
  }

  @Test
  void aPath() {
    assertFailure(
        () -> client.getInfo(FlightDescriptor.path("a", "b")),
        FlightStatusCode.INVALID_ARGUMENT,
        "Cannot read this descriptor: it is a path.");
  }

  @Test
  void aCommandThatIsNotOffered() {
    assertFailure(
        () ->
            client
                .doAction(
                    new Action(
                        "BeginSavepoint",
                        Any.pack(ActionBeginSavepointRequest.getDefaultInstance()).toByteArray()))
                .hasNext(),
        FlightStatusCode.UNIMPLEMENTED,
        "Cannot answer BeginSavepoint: Spark has no transactions.");
  }

  @Test
  void theHandleOfAnotherSession() {
    FlightSqlClient sql = new FlightSqlClient(client);
    CallOption ada = token("ada");
    try (FlightSqlClient.PreparedStatement mine = sql.prepare("SELECT 1", ada)) {
      assertFailure(
          () -> mine.execute(token("ada")),
          FlightStatusCode.NOT_FOUND,
          "Cannot execute the prepared statement: this session has none with this handle;");
      assertFailure(
          () -> mine.executeUpdate(token("ada")),
          FlightStatusCode.NOT_FOUND,
          "Cannot execute the prepared statement: this session has none with this handle;");
      mine.close(ada);
    }
  }

  @Test
  void aTokenThatNobodyIssued() {
    assertFailure(
        () -> new FlightSqlClient(client).execute("SELECT 1", bearer("nonsense")),
        FlightStatusCode.UNAUTHENTICATED,
        "Cannot accept the token: ");
  }

  private static void assertFailure(
      ThrowingCallable call,
      @org.jspecify.annotations.Nullable FlightStatusCode code,
      String... words) {
    FlightRuntimeException failure = catchThrowableOfType(FlightRuntimeException.class, call);
    assertThat(failure).as("a failure that says %s", (Object) words).isNotNull();
    assertThat(failure.getMessage())
        .contains(words)
        .doesNotContain("\tat ", "Driver stacktrace", "Exception:");
    if (code != null) {
      assertThat(failure.status().code()).isEqualTo(code);
    }
  }

  private long read(FlightInfo info) {
    return read(info.getEndpoints().get(0).getTicket());
  }

  private long read(Ticket ticket, CallOption... options) {
    long rows = 0;
    try (FlightStream stream = client.getStream(ticket, options)) {
      while (stream.next()) {
        rows += stream.getRoot().getRowCount();
      }
    } catch (FlightRuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return rows;
  }

  private static FlightDescriptor preparedStatement(byte[] handle) {
    return FlightDescriptor.command(
        Any.pack(
                CommandPreparedStatementQuery.newBuilder()
                    .setPreparedStatementHandle(ByteString.copyFrom(handle))
                    .build())
            .toByteArray());
  }

  /** Credentials that begin a new session with every call. */
  private static CallOption login(String user) {
    return new CredentialCallOption(
        headers ->
            headers.insert(
                "authorization",
                "Basic "
                    + java.util.Base64.getEncoder()
                        .encodeToString((user + ":any").getBytes(StandardCharsets.UTF_8))));
  }

  private CallOption token(String user) {
    return client.authenticateBasicToken(user, "any").orElseThrow();
  }

  private static CallOption bearer(String token) {
    return new CredentialCallOption(headers -> headers.insert("authorization", "Bearer " + token));
  }
}
