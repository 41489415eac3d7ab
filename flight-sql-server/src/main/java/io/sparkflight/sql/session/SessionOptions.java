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
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.catalog.Catalog;
import org.apache.spark.sql.sparkflight.SqlBridge;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * The options of a session: its current catalog and schema, which Flight defines, and the settings
 * that clients may choose. A value without content sets an option back to what the server has.
 */
public final class SessionOptions {
  private static final Logger LOG = LoggerFactory.getLogger(SessionOptions.class);
  private static final String CATALOG = "catalog";
  private static final String SCHEMA = "schema";
  private static final String SPARKS_OWN = "spark_catalog";

  private SessionOptions() {}

  /** Sets options, the catalog first; says which could not be set, and sets the others. */
  public static SetSessionOptionsResult set(
      Session session, Map<String, SessionOptionValue> options) {
    Map<String, Error> errors = new HashMap<>();
    Catalog catalog = session.spark().catalog();
    RuntimeConfig conf = session.spark().conf();
    set(options, CATALOG, errors, catalog::setCurrentCatalog, () -> leaveCatalog(catalog, conf));
    set(options, SCHEMA, errors, catalog::setCurrentDatabase, () -> leaveSchema(catalog));
    options.forEach(
        (name, value) -> {
          if (!name.equals(CATALOG) && !name.equals(SCHEMA)) {
            SessionSetting.of(name)
                .ifPresentOrElse(
                    setting -> set(session, setting, value, errors),
                    () -> errors.put(name, new Error(unknown(name))));
          }
        });
    session.changed();
    return new SetSessionOptionsResult(errors);
  }

  /** What is set now: by the session, by the server, or by default. */
  public static GetSessionOptionsResult get(Session session) {
    Catalog catalog = session.spark().catalog();
    Map<String, SessionOptionValue> options = new HashMap<>();
    options.put(
        CATALOG, SessionOptionValueFactory.makeSessionOptionValue(catalog.currentCatalog()));
    options.put(
        SCHEMA, SessionOptionValueFactory.makeSessionOptionValue(catalog.currentDatabase()));
    for (SessionSetting setting : SessionSetting.ALL) {
      Option<String> text = session.spark().conf().getOption(setting.name());
      if (text.isDefined()) {
        options.put(setting.name(), setting.value(text.get()));
      }
    }
    return new GetSessionOptionsResult(options);
  }

  private interface Setter {
    void set(String value);
  }

  /** A name that means something, which clients may not choose, or nothing. */
  private static ErrorValue unknown(String name) {
    return SqlBridge.isSetting(name) || name.startsWith("spark.flight.")
        ? ErrorValue.ERROR
        : ErrorValue.INVALID_NAME;
  }

  private static void set(
      Session session,
      SessionSetting setting,
      SessionOptionValue value,
      Map<String, Error> errors) {
    if (isEmpty(value)) {
      session.spark().sql("RESET " + setting.name());
      return;
    }
    attempt(
        setting.name(),
        setting.text(value),
        errors,
        text -> session.spark().conf().set(setting.name(), text));
  }

  private static void set(
      Map<String, SessionOptionValue> options,
      String name,
      Map<String, Error> errors,
      Setter setter,
      Runnable unset) {
    SessionOptionValue option = options.get(name);
    if (option == null) {
      return;
    }
    if (isEmpty(option)) {
      unset.run();
    } else {
      attempt(name, Optional.ofNullable(option.acceptVisitor(new TextVisitor())), errors, setter);
    }
  }

  private static void attempt(
      String name, Optional<String> text, Map<String, Error> errors, Setter setter) {
    try {
      text.ifPresentOrElse(
          setter::set, () -> errors.put(name, new Error(ErrorValue.INVALID_VALUE)));
    } catch (Exception e) { // Scala throws checked exceptions undeclared
      LOG.debug("A client cannot set {}", name, e);
      errors.put(name, new Error(ErrorValue.INVALID_VALUE));
    }
  }

  private static void leaveCatalog(Catalog catalog, RuntimeConfig conf) {
    catalog.setCurrentCatalog(conf.get("spark.sql.defaultCatalog"));
  }

  /** A catalog begins with its default schema when it becomes the current one. */
  private static void leaveSchema(Catalog catalog) {
    String current = catalog.currentCatalog();
    if (current.equals(SPARKS_OWN)) {
      catalog.setCurrentDatabase("default");
    } else {
      catalog.setCurrentCatalog(SPARKS_OWN);
      catalog.setCurrentCatalog(current);
    }
  }

  private static boolean isEmpty(SessionOptionValue value) {
    return Boolean.TRUE.equals(value.acceptVisitor(new EmptyVisitor()));
  }

  private static final class EmptyVisitor extends NoOpSessionOptionValueVisitor<Boolean> {
    @Override
    public Boolean visit(Void value) {
      return true;
    }
  }

  /** The value of an option that is a text; anything else is none. */
  private static final class TextVisitor extends NoOpSessionOptionValueVisitor<String> {
    @Override
    public String visit(String value) {
      return value;
    }
  }
}
