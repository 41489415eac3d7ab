package io.sparkflight.sql.session;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.arrow.flight.GetSessionOptionsResult;
import org.apache.arrow.flight.NoOpSessionOptionValueVisitor;
import org.apache.arrow.flight.SessionOptionValue;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsResult;
import org.apache.arrow.flight.SetSessionOptionsResult.Error;
import org.apache.arrow.flight.SetSessionOptionsResult.ErrorValue;
import org.apache.spark.sql.RuntimeConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.JavaConverters;

/**
 * The options of a session: the current catalog and schema, which Flight defines, and by their
 * names the settings of Spark that a running session can change.
 */
public final class SessionOptions {
  private static final Logger LOG = LoggerFactory.getLogger(SessionOptions.class);
  private static final String CATALOG = "catalog";
  private static final String SCHEMA = "schema";

  private SessionOptions() {}

  /**
   * Sets options, the catalog first; says which could not be set. A setting without a value is set
   * back.
   */
  public static SetSessionOptionsResult set(
      Session session, Map<String, SessionOptionValue> options) {
    Map<String, Error> errors = new HashMap<>();
    RuntimeConfig settings = session.spark().conf();
    set(options, CATALOG, errors, session.spark().catalog()::setCurrentCatalog);
    set(options, SCHEMA, errors, session.spark().catalog()::setCurrentDatabase);
    for (String name : options.keySet()) {
      if (settings.isModifiable(name)) {
        change(settings, name, options, errors);
      } else if (!name.equals(CATALOG) && !name.equals(SCHEMA)) {
        errors.put(name, new Error(ErrorValue.INVALID_NAME));
      }
    }
    session.changed();
    return new SetSessionOptionsResult(errors);
  }

  private static void change(
      RuntimeConfig settings,
      String name,
      Map<String, SessionOptionValue> options,
      Map<String, Error> errors) {
    if (Objects.requireNonNull(options.get(name)).isEmpty()) {
      settings.unset(name);
    } else {
      set(options, name, errors, value -> settings.set(name, value));
    }
  }

  /** What is set now, by the session or for all of them; of settings, what it could change. */
  public static GetSessionOptionsResult get(Session session) {
    RuntimeConfig settings = session.spark().conf();
    Map<String, SessionOptionValue> options = new HashMap<>();
    JavaConverters.mapAsJavaMap(settings.getAll())
        .forEach(
            (name, value) -> {
              if (settings.isModifiable(name)) {
                options.put(name, SessionOptionValueFactory.makeSessionOptionValue(value));
              }
            });
    options.put(
        CATALOG,
        SessionOptionValueFactory.makeSessionOptionValue(
            session.spark().catalog().currentCatalog()));
    options.put(
        SCHEMA,
        SessionOptionValueFactory.makeSessionOptionValue(
            session.spark().catalog().currentDatabase()));
    return new GetSessionOptionsResult(options);
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

  /** The value of an option as a text; a list is none. */
  private static final class TextVisitor extends NoOpSessionOptionValueVisitor<Optional<String>> {
    @Override
    public Optional<String> visit(String value) {
      return Optional.of(value);
    }

    @Override
    public Optional<String> visit(boolean value) {
      return Optional.of(Boolean.toString(value));
    }

    @Override
    public Optional<String> visit(long value) {
      return Optional.of(Long.toString(value));
    }

    @Override
    public Optional<String> visit(double value) {
      return Optional.of(Double.toString(value));
    }
  }
}
