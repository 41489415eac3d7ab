package io.sparkflight.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.Savepoint;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedTransaction;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** There are no transactions: clients can know it, and are told when they ask for one. */
class TransactionsIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private static final Transaction TRANSACTION = new Transaction("t".getBytes(UTF_8));
  private static final Savepoint SAVEPOINT = new Savepoint("s".getBytes(UTF_8));

  @Test
  void theServerSaysThatItHasNone() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      assertThat(FlightRows.of(client, client.getSqlInfo(SqlInfo.FLIGHT_SQL_SERVER_TRANSACTION)))
          .isEqualTo(
              List.of(
                  List.of(
                      SqlInfo.FLIGHT_SQL_SERVER_TRANSACTION_VALUE,
                      SqlSupportedTransaction.SQL_SUPPORTED_TRANSACTION_NONE_VALUE)));
    }
  }

  @Test
  void everyActionOfATransactionIsRefusedWithAReason() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      Map<ThrowingCallable, String> actions = new LinkedHashMap<>();
      actions.put(client::beginTransaction, "BeginTransaction");
      actions.put(() -> client.commit(TRANSACTION), "EndTransaction");
      actions.put(() -> client.rollback(TRANSACTION), "EndTransaction");
      actions.put(() -> client.beginSavepoint(TRANSACTION, "s"), "BeginSavepoint");
      actions.put(() -> client.release(SAVEPOINT), "EndSavepoint");
      actions.put(() -> client.rollback(SAVEPOINT), "EndSavepoint");
      actions.forEach(
          (action, name) ->
              refused(
                  action,
                  "Cannot answer %s: Spark has no transactions. Leave autocommit on: each statement takes effect at once."
                      .formatted(name)));
    }
  }

  @Test
  void aStatementInATransactionDoesNotRun() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      String sql = "CREATE TABLE in_a_transaction (id INT) USING parquet";
      String refusal =
          "Cannot run the statement in a transaction: Spark has none. Leave autocommit on.";
      refused(() -> client.execute(sql, TRANSACTION), refusal);
      refused(() -> client.executeUpdate(sql, TRANSACTION), refusal);
      refused(() -> client.prepare(sql, TRANSACTION).close(), refusal);
    }
    assertThat(SERVER.spark().catalog().tableExists("in_a_transaction")).isFalse();
  }

  private static void refused(ThrowingCallable call, String sentence) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNIMPLEMENTED))
        .hasMessage(sentence);
  }
}
