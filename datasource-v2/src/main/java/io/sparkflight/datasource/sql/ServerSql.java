package io.sparkflight.datasource.sql;

/**
 * Names in the server's SQL.
 *
 * @param quote what stands round them
 */
public record ServerSql(String quote) {

  /** A name, quoted. */
  public String name(String name) {
    return quote + name.replace(quote, quote + quote) + quote;
  }
}
