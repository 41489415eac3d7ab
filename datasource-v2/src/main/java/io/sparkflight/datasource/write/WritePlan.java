package io.sparkflight.datasource.write;

import io.sparkflight.arrow.SparkArrowSchema;
import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerOptions;
import io.sparkflight.datasource.sql.TableName;
import java.io.Serializable;
import java.util.Map;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.types.StructType;

/**
 * What one job writes, and where.
 *
 * @param server that takes it
 * @param table the table
 * @param columns of the rows
 * @param mode what becomes of the table
 * @param id of the job, by which it is done once
 */
record WritePlan(ServerOptions server, TableName table, StructType columns, Mode mode, String id)
    implements Serializable {
  /** Spark's timestamps are instants; the zone in which they are shown is nothing of theirs. */
  private static final String ZONE = "UTC";

  /** What becomes of the table. */
  enum Mode {
    APPEND,
    /** Made, where there is none of the name. */
    CREATE,
    /** Appended to, and made if it does not exist. */
    CREATE_APPEND,
    /** Made anew of the rows, whether it exists or not. */
    REPLACE
  }

  /** The same rows for another table. */
  WritePlan into(TableName other, Mode otherMode) {
    return new WritePlan(server, other, columns, otherMode, id);
  }

  /** The same rows with another sign-in. */
  WritePlan as(ServerOptions signedIn) {
    return new WritePlan(signedIn, table, columns, mode, id);
  }

  /** The Arrow form of the columns. */
  Schema schema() {
    return SparkArrowSchema.of(columns, ZONE);
  }

  /** A bulk ingest with these options. */
  CommandStatementIngest command(Map<String, String> options) {
    CommandStatementIngest.Builder command =
        CommandStatementIngest.newBuilder()
            .setTable(table.table())
            .setTableDefinitionOptions(definition())
            .putAllOptions(options);
    if (table.catalog() != null) {
      command.setCatalog(table.catalog());
    }
    if (!table.schema().isEmpty()) {
      // Who takes parts is ours, and reads a path; of others only the plain name is known.
      boolean ours = options.containsKey(PartsWrite.ID);
      command.setSchema(ours ? table.schemaPath() : String.join(".", table.schema()));
    }
    return command.build();
  }

  private TableDefinitionOptions definition() {
    return TableDefinitionOptions.newBuilder()
        .setIfNotExist(
            mode == Mode.APPEND
                ? TableNotExistOption.TABLE_NOT_EXIST_OPTION_FAIL
                : TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE)
        .setIfExists(
            switch (mode) {
              case APPEND, CREATE_APPEND -> TableExistsOption.TABLE_EXISTS_OPTION_APPEND;
              case CREATE -> TableExistsOption.TABLE_EXISTS_OPTION_FAIL;
              case REPLACE -> TableExistsOption.TABLE_EXISTS_OPTION_REPLACE;
            })
        .build();
  }

  /**
   * Ends the job where something is not as it has to be.
   *
   * @param why completes "Cannot write to TABLE: …", with what to do
   */
  void require(boolean condition, String why) {
    if (!condition) {
      throw FlightSqlException.because("Cannot write to %s: %s".formatted(this, why));
    }
  }

  @Override
  public String toString() {
    return "%s of %s".formatted(table.table(), server);
  }
}
