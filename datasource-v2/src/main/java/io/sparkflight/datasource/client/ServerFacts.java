package io.sparkflight.datasource.client;

import java.util.EnumMap;
import java.util.List;
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

/** What a server tells of itself, by {@code GetSqlInfo}. */
final class ServerFacts {
  private ServerFacts() {}

  /** Asks a server; what it does not know is not in the answer. */
  static Map<SqlInfo, Object> ask(FlightSqlClient client, List<SqlInfo> codes, CallOption... call)
      throws Exception {
    Map<SqlInfo, Object> told = new EnumMap<>(SqlInfo.class);
    try {
      FlightInfo info = client.getSqlInfo(codes.toArray(SqlInfo[]::new), call);
      for (FlightEndpoint endpoint : info.getEndpoints()) {
        try (FlightStream rows = client.getStream(endpoint.getTicket(), call)) {
          while (rows.next()) {
            read(rows, told);
          }
        }
      }
    } catch (FlightRuntimeException e) {
      if (e.status().code() != FlightStatusCode.UNIMPLEMENTED
          && e.status().code() != FlightStatusCode.NOT_FOUND) {
        throw e;
      }
    }
    return told;
  }

  private static void read(FlightStream rows, Map<SqlInfo, Object> told) {
    UInt4Vector names = (UInt4Vector) rows.getRoot().getVector("info_name");
    DenseUnionVector values = (DenseUnionVector) rows.getRoot().getVector("value");
    for (int row = 0; row < rows.getRoot().getRowCount(); row++) {
      SqlInfo code = SqlInfo.forNumber(names.get(row));
      Object value = values.getObject(row);
      if (code != null && value != null) {
        told.put(code, value);
      }
    }
  }
}
