package io.sparkflight.clients;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** The way of the JDBC driver to a server. */
record JdbcAccess(String url) {
  /** What is done with a statement of a new connection. */
  interface Use {
    void of(Statement statement) throws SQLException;
  }

  static JdbcAccess to(String authority) {
    return new JdbcAccess("jdbc:arrow-flight-sql://%s/?useEncryption=false".formatted(authority));
  }

  /** A connection of a user. The caller closes it. */
  Connection connect(String user) throws SQLException {
    return DriverManager.getConnection(url, user, "any");
  }

  /** Does something with a statement of a user, and closes it. */
  void with(String user, Use use) throws SQLException {
    try (Connection connection = connect(user);
        Statement statement = connection.createStatement()) {
      use.of(statement);
    }
  }
}
