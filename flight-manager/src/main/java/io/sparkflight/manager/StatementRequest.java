package io.sparkflight.manager;

import org.apache.spark.sql.execution.QueryExecution;

/**
 * A planned query whose rows are to be served.
 *
 * @param owner the only user who may read the result
 * @param text what the Spark UI shows for the statement
 * @param query the analysed query; its physical plan may not have been made yet
 * @param placement where the rows are kept
 * @param options how the result is handed out
 */
public record StatementRequest(
    String owner, String text, QueryExecution query, Placement placement, ResultOptions options) {}
