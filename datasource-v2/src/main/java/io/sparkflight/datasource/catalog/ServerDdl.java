package io.sparkflight.datasource.catalog;

import io.sparkflight.datasource.sql.ServerSql;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.expressions.Transform;

/** How a server writes names and types, and what its DDL can say. Immutable. */
abstract class ServerDdl {
  private final ServerSql sql;

  ServerDdl(String quote) {
    this.sql = new ServerSql(quote);
  }

  /**
   * The dialect of a server.
   *
   * @param product what it calls itself; empty if it does not tell
   */
  static ServerDdl of(String quote, String product) {
    return product.equals(SparkDdl.PRODUCT)
        ? new SparkDdl(quote)
        : new CommonDdl(quote, product.isEmpty() ? "this server" : product);
  }

  /** A path of names as SQL has it, each in quotes. */
  final String name(List<String> parts) {
    return parts.stream().map(sql::name).collect(Collectors.joining("."));
  }

  /** The names that a listed schema consists of, one unless schemas lie in schemas; never none. */
  abstract List<String> path(String schema);

  /**
   * A pattern that a listed schema matches at least if it has this path. There is no escape that
   * all servers know, but every name matches itself.
   */
  abstract String pattern(List<String> path);

  /** Whether schemas lie in schemas. */
  abstract boolean nested();

  /**
   * A CREATE TABLE statement.
   *
   * @throws io.sparkflight.datasource.client.FlightSqlException if the server is not sure to
   *     understand all of it
   */
  abstract String createTable(
      List<String> name, Column[] columns, Transform[] partitions, Map<String, String> properties);

  /**
   * A CREATE SCHEMA statement.
   *
   * @throws io.sparkflight.datasource.client.FlightSqlException if the server is not sure to
   *     understand all of it
   */
  abstract String createSchema(List<String> name, Map<String, String> properties);

  /** A pattern without meaning for what some servers take for an escape. */
  static String patternOf(String name) {
    return name.replace('\\', '_');
  }
}
