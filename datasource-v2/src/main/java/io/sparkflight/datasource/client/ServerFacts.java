package io.sparkflight.datasource.client;

import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.complex.DenseUnionVector;

/**
 * What a server tells of itself.
 *
 * @param name of its kind; empty if it does not tell
 * @param quote what its SQL puts around names
 */
record ServerFacts(String name, String quote) {
  /** What SQL itself says, for a server that does not tell. */
  private static final String USUAL_QUOTE = "\"";

  private static final String OURS = "Spark Flight SQL";

  /** Asks a server; one without an answer is like any other. */
  static ServerFacts ask(FlightSqlClient client, CallOption... call) throws Exception {
    Map<Integer, String> texts = new HashMap<>();
    try {
      FlightInfo info =
          client.getSqlInfo(
              new SqlInfo[] {SqlInfo.FLIGHT_SQL_SERVER_NAME, SqlInfo.SQL_IDENTIFIER_QUOTE_CHAR},
              call);
      for (FlightEndpoint endpoint : info.getEndpoints()) {
        try (FlightStream rows = client.getStream(endpoint.getTicket(), call)) {
          while (rows.next()) {
            read(rows, texts);
          }
        }
      }
    } catch (FlightRuntimeException e) {
      if (e.status().code() != FlightStatusCode.UNIMPLEMENTED
          && e.status().code() != FlightStatusCode.NOT_FOUND) {
        throw e;
      }
    }
    String quote = texts.getOrDefault(SqlInfo.SQL_IDENTIFIER_QUOTE_CHAR.getNumber(), USUAL_QUOTE);
    return new ServerFacts(
        texts.getOrDefault(SqlInfo.FLIGHT_SQL_SERVER_NAME.getNumber(), ""),
        quote.length() == 1 && !quote.isBlank() ? quote : USUAL_QUOTE);
  }

  private static void read(FlightStream rows, Map<Integer, String> texts) {
    UInt4Vector names = (UInt4Vector) rows.getRoot().getVector("info_name");
    DenseUnionVector values = (DenseUnionVector) rows.getRoot().getVector("value");
    for (int row = 0; row < rows.getRoot().getRowCount(); row++) {
      texts.put(names.get(row), String.valueOf(values.getObject(row)));
    }
  }

  /** Whether each of its streams ends with how much it was: a Spark Flight SQL server. */
  boolean countsStreams() {
    return name.equals(OURS);
  }
}
