package io.sparkflight.clients;

import java.util.List;

/** A kind of client, as the tables of the manual have it. */
interface Client {
  /** The heading of its column. */
  String name();

  /** Tries everything that it has, in order. */
  List<Feature> features(String authority) throws Exception;

  /**
   * Reads SQL expressions.
   *
   * @return of each, what it makes of the value, or what it says instead
   */
  List<Value> values(String authority, List<String> expressions) throws Exception;

  /** Reads the value of each parameter, binds what it made of it, and asks what arrived. */
  List<Bound> bind(String authority, List<Parameter> parameters) throws Exception;

  /**
   * A value to bind.
   *
   * @param expression the value, as SQL
   * @param query a query with one parameter, which returns the value as a text
   */
  record Parameter(String expression, String query) {}

  /**
   * What became of a value that was bound.
   *
   * @param arrived what the query returned; empty if there was no answer
   * @param limit why there was none, or what had to be done for it; empty if it simply works
   */
  record Bound(String arrived, String limit) {}

  /**
   * How a feature fared.
   *
   * @param limit what it does not do, as expected; empty if it works
   */
  record Feature(String name, String limit) {}

  /**
   * What a client makes of a value.
   *
   * @param type what it calls the type; empty if it has no word for it
   * @param text the value, or why there is none
   */
  record Value(String type, String text) {}
}
