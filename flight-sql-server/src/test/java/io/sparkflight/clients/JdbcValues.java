package io.sparkflight.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.clients.Client.Bound;
import io.sparkflight.clients.Client.Parameter;
import io.sparkflight.clients.Client.Value;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;

/** What JDBC makes of values, and sends for them. */
record JdbcValues(Connection connection) {
  /** Reads expressions by {@code getObject}. */
  List<Value> read(List<String> expressions) throws SQLException {
    List<Value> values = new ArrayList<>();
    for (String expression : expressions) {
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT " + expression + " AS v")) {
        assertThat(rows.next()).isTrue();
        values.add(new Value(rows.getMetaData().getColumnTypeName(1), text(rows)));
      }
    }
    return values;
  }

  private static String text(ResultSet rows) {
    try {
      Object value = rows.getObject(1);
      return value == null
          ? "null"
          : "%s %s"
              .formatted(
                  value.getClass().getSimpleName(),
                  value instanceof byte[] bytes ? bytes.length + " bytes" : value);
    } catch (SQLException | RuntimeException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Reads each value by the getter that JDBC has for its type, and binds it by the setter. */
  List<Bound> bind(List<Parameter> parameters) throws SQLException {
    List<Bound> bound = new ArrayList<>();
    for (Parameter parameter : parameters) {
      try (Statement statement = connection.createStatement();
          ResultSet value = statement.executeQuery("SELECT " + parameter.expression() + " AS v");
          PreparedStatement query = connection.prepareStatement(parameter.query())) {
        assertThat(value.next()).isTrue();
        bound.add(bind(value, query));
      }
    }
    return bound;
  }

  private static Bound bind(ResultSet value, PreparedStatement query) {
    try {
      set(value, query);
      try (ResultSet found = query.executeQuery()) {
        assertThat(found.next()).isTrue();
        return new Bound(String.valueOf(found.getString(1)), "");
      }
    } catch (SQLException | RuntimeException e) {
      return new Bound("", String.valueOf(e.getMessage()));
    }
  }

  private static void set(ResultSet value, PreparedStatement query) throws SQLException {
    switch (value.getMetaData().getColumnType(1)) {
      case Types.NULL -> query.setNull(1, Types.INTEGER);
      case Types.DATE -> query.setDate(1, value.getDate(1));
      case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE ->
          query.setTimestamp(1, value.getTimestamp(1));
      case Types.ARRAY -> query.setArray(1, value.getArray(1));
      case Types.VARBINARY -> query.setBytes(1, value.getBytes(1));
      default -> query.setObject(1, value.getObject(1));
    }
  }
}
