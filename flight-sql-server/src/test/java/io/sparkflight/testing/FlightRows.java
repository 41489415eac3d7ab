package io.sparkflight.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.Text;
import org.jspecify.annotations.Nullable;

/** The rows of a result as lists, for small ones. */
public final class FlightRows {
  private FlightRows() {}

  /** Reads every endpoint through one client; texts as strings. */
  public static List<List<Object>> of(
      FlightSqlClient client, FlightInfo info, CallOption... options) {
    List<List<Object>> rows = new ArrayList<>();
    for (FlightEndpoint endpoint : info.getEndpoints()) {
      try (FlightStream stream = client.getStream(endpoint.getTicket(), options)) {
        while (stream.next()) {
          rows.addAll(of(stream.getRoot()));
        }
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
    return rows;
  }

  /** The rows of one batch. */
  public static List<List<Object>> of(VectorSchemaRoot batch) {
    List<List<Object>> rows = new ArrayList<>();
    for (int row = 0; row < batch.getRowCount(); row++) {
      @Nullable Object[] values = new @Nullable Object[batch.getFieldVectors().size()];
      for (int column = 0; column < values.length; column++) {
        FieldVector vector = batch.getVector(column);
        Object value = vector.getObject(row);
        values[column] = value instanceof Text ? value.toString() : value;
      }
      rows.add(row(values));
    }
    return rows;
  }

  /** A row to compare with; null is allowed. */
  public static List<Object> row(@Nullable Object... values) {
    return Collections.unmodifiableList(Arrays.asList(values));
  }
}
