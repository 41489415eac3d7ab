package io.sparkflight.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.clients.KnownLimits.Limit;
import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.util.List;
import java.util.Map;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcDatabase;
import org.apache.arrow.adbc.core.AdbcException;
import org.apache.arrow.adbc.core.AdbcStatement;
import org.apache.arrow.adbc.core.AdbcStatusCode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the project ADBC validates its Java drivers with, case by case under its names; that suite
 * is not published, so the cases are written anew.
 */
abstract class AdbcValidation {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  static final Schema TEXTS = new Schema(List.of(Field.nullable("strs", ArrowType.Utf8.INSTANCE)));

  static final Schema SCHEMA =
      new Schema(
          List.of(Field.nullable("ints", new ArrowType.Int(32, true)), TEXTS.getFields().get(0)));

  static final List<List<Object>> ROWS =
      List.of(
          FlightRows.row(0, null),
          FlightRows.row(1, "foo"),
          FlightRows.row(2, ""),
          FlightRows.row(null, "asdf"));

  /** Why a case cannot pass. */
  static Map.Entry<String, Limit> entry(String method, String reason, String words) {
    return Map.entry(method, new Limit(reason, words));
  }

  AdbcDatabase database;

  AdbcConnection connection;

  /** The driver creates tables without a format, which Spark takes for Hive's. */
  @BeforeEach
  void connect() throws Exception {
    database = SERVER.adbc();
    connection = database.connect();
    update("SET spark.sql.legacy.createHiveTableByDefault = false");
    update("SET spark.sql.session.timeZone = UTC");
    update("DROP TABLE IF EXISTS validated");
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
    database.close();
  }

  AdbcStatement statement(String sql) throws AdbcException {
    return AdbcSql.statement(connection, sql);
  }

  void update(String sql) throws Exception {
    long unused = AdbcSql.update(connection, sql);
  }

  List<List<Object>> query(String sql) throws Exception {
    return AdbcSql.query(connection, sql);
  }

  void createTable() throws Exception {
    update("CREATE TABLE validated (ints INT, strs STRING) USING parquet");
    update("INSERT INTO validated VALUES (0, NULL), (1, 'foo'), (2, ''), (NULL, 'asdf')");
  }

  static void assertStatus(ThrowingCallable call, AdbcStatusCode status) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            AdbcException.class, e -> assertThat(e.getStatus()).as("%s", e).isEqualTo(status));
  }
}
