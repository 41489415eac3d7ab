package io.sparkflight.clients;

import io.sparkflight.clients.Client.Feature;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The JDBC driver of Arrow. */
final class JdbcClient implements Client {
  @Override
  public String name() {
    return "JDBC";
  }

  @Override
  public List<Feature> features(String authority) throws Exception {
    return new JdbcFeatures(JdbcAccess.to(authority)).tryAll();
  }

  @Override
  public List<Value> values(String authority, List<String> expressions) throws Exception {
    try (Connection connection = JdbcAccess.to(authority).connect("jdbc")) {
      return inUtc(connection).read(expressions);
    }
  }

  @Override
  public List<Bound> bind(String authority, List<Parameter> parameters) throws Exception {
    try (Connection connection = JdbcAccess.to(authority).connect("jdbc")) {
      return inUtc(connection).bind(parameters);
    }
  }

  private static JdbcValues inUtc(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      long unused = statement.executeUpdate(CompatibilityIT.IN_UTC);
    }
    return new JdbcValues(connection);
  }
}
