package io.sparkflight.datasource.catalog;

/**
 * A table or view that a server lists.
 *
 * @param name as it stands in a FROM clause of the server's SQL
 * @param type the server's word, such as TABLE or VIEW
 */
record ServerTable(String name, String type) {}
