package io.sparkflight.datasource.catalog;

import java.util.Locale;

/**
 * A table or view that a server lists.
 *
 * @param name as it stands in a FROM clause of the server's SQL
 * @param type the server's word, such as TABLE or VIEW
 */
record ServerTable(String name, String type) {
  /** Servers have sorts of views, each with a word of its own. */
  boolean isView() {
    return type.toUpperCase(Locale.ROOT).contains("VIEW");
  }
}
