package io.sparkflight.datasource.catalog;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerOptions;
import io.sparkflight.datasource.client.SourceOption;
import io.sparkflight.datasource.client.SourceOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.spark.sql.catalyst.analysis.NamespaceAlreadyExistsException;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.types.StructType;

/**
 * The namespaces and tables of one server. What is listed is listed anew for each question, because
 * other clients change it; a statement is sent once. Fails with {@link FlightSqlException}, which
 * has the server's own message.
 */
public final class ServerCatalog {
  private static final Duration IDLE_TIME = Duration.ofMinutes(1);

  private final Map<String, String> options;
  private final ServerOptions server;
  private final CatalogConnections connections;

  /**
   * Connects to nothing yet: Spark loads a catalog to find out its name.
   *
   * @param options of the source, without what is about one relation
   * @throws IllegalArgumentException if they are not enough, or contradict each other
   */
  public ServerCatalog(Map<String, String> options) {
    this.options = Map.copyOf(options);
    this.server = ServerOptions.of(options);
    this.connections = new CatalogConnections(server, IDLE_TIME);
  }

  /**
   * Something of the server's that can be read.
   *
   * @param options of the source, with secrets among them
   * @param schema its columns
   */
  public record Relation(Map<String, String> options, StructType schema) {}

  /** The namespaces right below one. */
  public String[][] children(String[] namespace) throws NoSuchNamespaceException {
    List<List<String>> children =
        list(listing ->
                listing.exists(List.of(namespace))
                    ? Optional.of(listing.children(List.of(namespace)))
                    : Optional.<List<List<String>>>empty())
            .orElseThrow(() -> new NoSuchNamespaceException(namespace));
    return children.stream().map(each -> each.toArray(String[]::new)).toArray(String[][]::new);
  }

  /** Whether there is such a namespace. */
  public boolean exists(String[] namespace) {
    return list(listing -> listing.exists(List.of(namespace)));
  }

  /** The tables and views of a namespace. */
  public Identifier[] tables(String[] namespace) throws NoSuchNamespaceException {
    return list(listing -> listing.tables(List.of(namespace)))
        .orElseThrow(() -> new NoSuchNamespaceException(namespace))
        .stream()
        .map(name -> Identifier.of(namespace, name))
        .toArray(Identifier[]::new);
  }

  /** Whether there is such a table or view. */
  public boolean exists(Identifier table) {
    return find(table).isPresent();
  }

  /** A table or view with its columns. */
  public Optional<Relation> table(Identifier table) {
    return connections.ask(
        session ->
            session
                .listing()
                .table(List.of(table.namespace()), table.name())
                .map(found -> relation(session, SourceOption.DBTABLE, found.name())));
  }

  /** What a query of the server's own SQL answers with. */
  public Relation query(String sql) {
    return connections.ask(session -> relation(session, SourceOption.QUERY, sql));
  }

  /** Creates a table. */
  public void create(
      Identifier table, Column[] columns, Transform[] partitions, Map<String, String> properties)
      throws NoSuchNamespaceException, TableAlreadyExistsException {
    String sql =
        connections
            .ask(
                session ->
                    session
                        .listing()
                        .nameOfNew(List.of(table.namespace()), table.name())
                        .map(
                            name ->
                                session
                                    .dialect()
                                    .createTable(name, columns, partitions, properties)))
            .orElseThrow(() -> new NoSuchNamespaceException(table.namespace()));
    try {
      connections.tell("create table " + table, sql);
    } catch (FlightSqlException e) {
      if (isThere(e)) {
        throw new TableAlreadyExistsException(table);
      }
      throw e;
    }
  }

  /** Drops a table; false if there is none. */
  public boolean drop(Identifier table) {
    Optional<ServerTable> found = find(table);
    if (found.filter(ServerTable::isView).isPresent()) {
      throw FlightSqlException.because(
          "Cannot drop table %s on %s: it is a view there. Drop it with the server's own tools."
              .formatted(table, server));
    }
    found.ifPresent(each -> connections.tell("drop " + each.name(), "DROP TABLE " + each.name()));
    return found.isPresent();
  }

  /** Renames a table in its namespace; false if there is none. */
  public boolean rename(Identifier from, Identifier to) {
    if (!Arrays.equals(from.namespace(), to.namespace())) {
      throw FlightSqlException.because(
          "Cannot rename %s of %s to %s: a table stays in its namespace. Give the new name alone."
              .formatted(from, server, to));
    }
    Optional<ServerTable> found = find(from);
    found.ifPresent(
        each ->
            connections.tell(
                "rename " + each.name(),
                "ALTER TABLE %s RENAME TO %s".formatted(each.name(), quoted(List.of(to.name())))));
    return found.isPresent();
  }

  /** Creates a schema. */
  public void create(String[] namespace, Map<String, String> properties)
      throws NamespaceAlreadyExistsException {
    if (exists(namespace)) {
      throw new NamespaceAlreadyExistsException(namespace);
    }
    connections.tell(
        "create schema " + String.join(".", namespace),
        connections.ask(
            session ->
                session
                    .dialect()
                    .createSchema(session.listing().nameOfNew(List.of(namespace)), properties)));
  }

  /** Drops a schema, with all that is in it or only if it is empty; false if there is none. */
  public boolean drop(String[] namespace, boolean cascade) {
    if (!exists(namespace)) {
      return false;
    }
    String name = quoted(list(listing -> listing.nameOfNew(List.of(namespace))));
    connections.tell(
        "drop schema " + name,
        "DROP SCHEMA %s %s".formatted(name, cascade ? "CASCADE" : "RESTRICT"));
    return true;
  }

  /**
   * A table as it is to be, for rows that take the place of all that it has now, in one step.
   *
   * @param schema its columns from then on
   * @return empty if there is no such table
   * @throws FlightSqlException if that cannot be done in one step, or not with these clauses
   */
  public Optional<Relation> replacing(
      Identifier table, StructType schema, Transform[] partitions, Map<String, String> properties) {
    Optional<ServerTable> found = find(table);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    boolean oneStep = connections.ask(session -> session.connection().dialect().sparks());
    Replacement.require(table, server, found.get(), oneStep, partitions, properties);
    return Optional.of(new Relation(with(SourceOption.DBTABLE, found.get().name()), schema));
  }

  private Optional<ServerTable> find(Identifier table) {
    return list(listing -> listing.table(List.of(table.namespace()), table.name()));
  }

  private <T> T list(Function<ServerListing, T> question) {
    return connections.ask(session -> question.apply(session.listing()));
  }

  private String quoted(List<String> name) {
    return connections.ask(session -> session.dialect().name(name));
  }

  private Relation relation(ServerSession session, SourceOption option, String text) {
    Map<String, String> all = with(option, text);
    return new Relation(all, session.connection().schema(SourceOptions.of(all).relation()));
  }

  private Map<String, String> with(SourceOption option, String text) {
    Map<String, String> all = new TreeMap<>(options);
    all.put(option.key(), text);
    return all;
  }

  private static boolean isThere(FlightSqlException failure) {
    return failure.getCause() instanceof FlightRuntimeException flight
        && flight.status().code() == FlightStatusCode.ALREADY_EXISTS;
  }
}
