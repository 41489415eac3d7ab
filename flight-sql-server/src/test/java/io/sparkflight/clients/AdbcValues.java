package io.sparkflight.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.clients.Client.Bound;
import io.sparkflight.clients.Client.Parameter;
import io.sparkflight.clients.Client.Value;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcException;
import org.apache.arrow.adbc.core.AdbcStatement;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;

/** What ADBC in Java makes of values, and sends for them. */
record AdbcValues(AdbcConnection connection) {
  /** Reads expressions. */
  List<Value> read(List<String> expressions) throws Exception {
    List<Value> values = new ArrayList<>();
    for (String expression : expressions) {
      try (AdbcStatement statement =
              AdbcSql.statement(connection, "SELECT " + expression + " AS v");
          AdbcStatement.QueryResult result = statement.executeQuery()) {
        values.add(value(result.getReader()));
      }
    }
    return values;
  }

  /** Binds the batch of each value. */
  List<Bound> bind(List<Parameter> parameters) throws Exception {
    List<Bound> bound = new ArrayList<>();
    for (Parameter parameter : parameters) {
      bound.add(bind(parameter));
    }
    return bound;
  }

  private Bound bind(Parameter parameter) throws Exception {
    try (AdbcStatement value =
            AdbcSql.statement(connection, "SELECT " + parameter.expression() + " AS v");
        AdbcStatement.QueryResult result = value.executeQuery();
        AdbcStatement query = AdbcSql.statement(connection, parameter.query())) {
      assertThat(result.getReader().loadNextBatch()).isTrue();
      query.prepare();
      query.bind(result.getReader().getVectorSchemaRoot());
      return new Bound(AdbcSql.rows(query).get(0).get(0).toString(), "");
    } catch (AdbcException | RuntimeException e) {
      return new Bound("", String.valueOf(e.getMessage()));
    }
  }

  /** The first value of the first batch. */
  static Value value(ArrowReader reader) throws Exception {
    assertThat(reader.loadNextBatch()).isTrue();
    VectorSchemaRoot batch = reader.getVectorSchemaRoot();
    Object value = batch.getVector(0).getObject(0);
    String text =
        value == null
            ? "null"
            : "%s %s"
                .formatted(
                    value.getClass().getSimpleName(),
                    value instanceof byte[] bytes ? bytes.length + " bytes" : value);
    return new Value(batch.getSchema().getFields().get(0).getType().toString(), text);
  }
}
