package io.sparkflight.manager;

import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A statement whose Spark action has been started and whose rows can be read.
 *
 * @param handle its id
 * @param schema the schema of every endpoint
 * @param endpoints at least one
 * @param ordered whether the endpoints, read one after the other, give the rows in their order
 */
public record PublishedStatement(
    StatementHandle handle, Schema schema, List<ResultEndpoint> endpoints, boolean ordered) {}
