package io.sparkflight.datasource.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.NoOpSessionOptionValueVisitor;
import org.apache.arrow.flight.SessionOptionValue;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * The catalogs, schemas and tables that a server lists, by the metadata commands of Flight SQL. In
 * what it is asked and in what it answers the empty text is "none", as Flight SQL has it, and null
 * is "any". Used and closed with the connection that it is of.
 */
public final class ServerMetadata {
  /** How servers say that they do not have a command, or what it asks for. */
  private static final Set<FlightStatusCode> NOT_THERE =
      Set.of(FlightStatusCode.UNIMPLEMENTED, FlightStatusCode.NOT_FOUND);

  private final URI uri;
  private final FlightSqlClient client;
  private final CallOption[] call;

  ServerMetadata(URI uri, FlightSqlClient client, CallOption[] call) {
    this.uri = uri;
    this.client = client;
    this.call = call;
  }

  /**
   * A schema as it is listed.
   *
   * @param catalog empty for none
   * @param name as the server writes it
   */
  public record ListedSchema(String catalog, String name) {}

  /**
   * A table or a view as it is listed.
   *
   * @param catalog empty for none
   * @param schema empty for none
   * @param name its own
   * @param type the server's word, such as TABLE or VIEW
   */
  public record ListedTable(String catalog, String schema, String name, String type) {}

  /** The catalog that names without one belong to, if the server's session tells. */
  public Optional<String> currentCatalog() {
    try {
      SessionOptionValue value =
          client
              .getSessionOptions(new GetSessionOptionsRequest(), call)
              .getSessionOptions()
              .get("catalog");
      return Optional.ofNullable(value).map(each -> each.acceptVisitor(new AsText()));
    } catch (FlightRuntimeException e) {
      if (NOT_THERE.contains(e.status().code())) {
        return Optional.empty();
      }
      throw FlightSqlException.of("read the session options of", uri, e);
    }
  }

  /** The catalogs; none if the server has no such thing. */
  public List<String> catalogs() {
    return orNone(
            () ->
                rows("list the catalogs of", () -> client.getCatalogs(call), Row::catalog).stream())
        .filter(catalog -> !catalog.isEmpty())
        .distinct()
        .toList();
  }

  /**
   * The schemas; none if the server has no such thing.
   *
   * @param catalog exactly
   * @param pattern with the wildcards of LIKE
   */
  public List<ListedSchema> schemas(@Nullable String catalog, @Nullable String pattern) {
    return orNone(
            () ->
                rows(
                    "list the schemas of",
                    () -> client.getSchemas(catalog, pattern, call),
                    row -> new ListedSchema(row.catalog(), row.schema()))
                    .stream())
        .filter(schema -> !schema.name().isEmpty())
        .distinct()
        .toList();
  }

  /**
   * The tables and views, without their columns.
   *
   * @param catalog exactly
   * @param schemas a pattern
   * @param tables a pattern
   */
  public List<ListedTable> tables(
      @Nullable String catalog, @Nullable String schemas, @Nullable String tables) {
    return rows(
            "list the tables of",
            () -> client.getTables(catalog, schemas, tables, null, false, call),
            row ->
                new ListedTable(
                    row.catalog(), row.schema(), row.text("table_name"), row.text("table_type")))
        .stream()
        .distinct()
        .toList();
  }

  private static <T> Stream<T> orNone(Supplier<Stream<T>> listing) {
    try {
      return listing.get();
    } catch (FlightSqlException e) {
      if (e.getCause() instanceof FlightRuntimeException flight
          && NOT_THERE.contains(flight.status().code())) {
        return Stream.empty();
      }
      throw e;
    }
  }

  private <T> List<T> rows(String what, Supplier<FlightInfo> command, Function<Row, T> reading) {
    List<T> all = new ArrayList<>();
    try {
      for (FlightEndpoint endpoint : command.get().getEndpoints()) {
        try (FlightStream stream = client.getStream(endpoint.getTicket(), call)) {
          while (stream.next()) {
            for (int row = 0; row < stream.getRoot().getRowCount(); row++) {
              all.add(reading.apply(new Row(stream.getRoot(), row)));
            }
          }
        }
      }
      return all;
    } catch (Exception e) {
      throw FlightSqlException.of(what, uri, e);
    }
  }

  private record Row(VectorSchemaRoot root, int number) {
    String text(String column) {
      FieldVector vector = root.getVector(column);
      // Arrow's own look at nulls may be switched off, as Iceberg does for its whole JVM.
      Object value = vector == null || vector.isNull(number) ? null : vector.getObject(number);
      return value == null ? "" : value.toString();
    }

    String catalog() {
      return text("catalog_name");
    }

    String schema() {
      return text("db_schema_name");
    }
  }

  private static final class AsText extends NoOpSessionOptionValueVisitor<@Nullable String> {
    @Override
    public String visit(String value) {
      return value;
    }
  }
}
