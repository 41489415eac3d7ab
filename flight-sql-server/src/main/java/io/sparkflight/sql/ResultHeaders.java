package io.sparkflight.sql;

import io.sparkflight.config.ConfigKey;
import io.sparkflight.manager.ResultOptions;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.FlightConstants;
import org.apache.arrow.flight.FlightProducer;
import org.apache.arrow.flight.ServerHeaderMiddleware;

/**
 * What a call says of its result by headers that have the names of settings, for clients without a
 * session of their own. The JDBC driver makes such headers of what it does not know in its URL.
 */
final class ResultHeaders {
  private ResultHeaders() {}

  /** The headers of a call that are settings of its result. */
  static Map<String, String> of(FlightProducer.CallContext context) {
    ServerHeaderMiddleware middleware = context.getMiddleware(FlightConstants.HEADER_KEY);
    if (middleware == null) {
      throw new IllegalStateException("a call came without the middleware of its headers");
    }
    CallHeaders headers = middleware.headers();
    Map<String, String> wishes = new HashMap<>();
    for (ConfigKey<?> key : ResultOptions.KEYS) {
      String value = headers.get(key.name());
      if (value != null) {
        wishes.put(key.name(), value);
      }
    }
    return wishes;
  }
}
