package io.sparkflight.datasource.sql;

import org.apache.spark.sql.types.DataType;

/**
 * An expression in the server's SQL, which can stand as an operand of any other.
 *
 * @param type of its values on the server, which is Spark's type of it here
 */
public record Term(String text, DataType type) {}
