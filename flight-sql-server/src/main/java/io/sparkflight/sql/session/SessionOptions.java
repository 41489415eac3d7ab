package io.sparkflight.sql.session;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.flight.GetSessionOptionsResult;
import org.apache.arrow.flight.NoOpSessionOptionValueVisitor;
import org.apache.arrow.flight.SessionOptionValue;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsResult;
import org.apache.arrow.flight.SetSessionOptionsResult.Error;
import org.apache.arrow.flight.SetSessionOptionsResult.ErrorValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The options of a session that Flight defines: its current catalog and schema. */
public final class SessionOptions {
  private static final Logger LOG = LoggerFactory.getLogger(SessionOptions.class);
  private static final String CATALOG = "catalog";
  private static final String SCHEMA = "schema";

  private SessionOptions() {}

  /** Sets options, the catalog first; says which could not be set. */
  public static SetSessionOptionsResult set(
      Session session, Map<String, SessionOptionValue> options) {
    Map<String, Error> errors = new HashMap<>();
    options.keySet().stream()
        .filter(name -> !name.equals(CATALOG) && !name.equals(SCHEMA))
        .forEach(name -> errors.put(name, new Error(ErrorValue.INVALID_NAME)));
    set(options, CATALOG, errors, session.spark().catalog()::setCurrentCatalog);
    set(options, SCHEMA, errors, session.spark().catalog()::setCurrentDatabase);
    session.changed();
    return new SetSessionOptionsResult(errors);
  }

  /** What is set now. */
  public static GetSessionOptionsResult get(Session session) {
    return new GetSessionOptionsResult(
        Map.of(
            CATALOG,
            SessionOptionValueFactory.makeSessionOptionValue(
                session.spark().catalog().currentCatalog()),
            SCHEMA,
            SessionOptionValueFactory.makeSessionOptionValue(
                session.spark().catalog().currentDatabase())));
  }

  private interface Setter {
    void set(String value);
  }

  private static void set(
      Map<String, SessionOptionValue> options,
      String name,
      Map<String, Error> errors,
      Setter setter) {
    SessionOptionValue option = options.get(name);
    if (option == null) {
      return;
    }
    Optional<String> value = option.acceptVisitor(new TextVisitor());
    try {
      value.ifPresentOrElse(
          setter::set, () -> errors.put(name, new Error(ErrorValue.INVALID_VALUE)));
    } catch (Exception e) { // Scala throws checked exceptions undeclared
      LOG.debug("A client cannot set {}", name, e);
      errors.put(name, new Error(ErrorValue.INVALID_VALUE));
    }
  }

  /** The value of an option that is a text; anything else is none. */
  private static final class TextVisitor extends NoOpSessionOptionValueVisitor<Optional<String>> {
    @Override
    public Optional<String> visit(String value) {
      return Optional.of(value);
    }
  }
}
