package io.sparkflight.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.datasource.testing.Renewals;
import io.sparkflight.sql.SparkFlightSqlServer;
import io.sparkflight.testing.FlightSqlServerExtension;
import io.sparkflight.testing.LocalSpark;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A server of ours with so little room that the next job would notice what a failed one leaves, and
 * a table to write to.
 */
abstract class LittleRoom {
  static final String TABLE = "written";

  private static final LocalSpark SPARK = LocalSpark.on("local[8,4]");

  @RegisterExtension static final FlightSqlServerExtension SERVER = little();

  static SparkSession spark;
  static SparkFlightSqlServer server;

  private static FlightSqlServerExtension little() {
    FlightSqlServerExtension extension = new FlightSqlServerExtension(SPARK);
    settings().forEach(extension::with);
    return extension;
  }

  /** Of a server with little room. */
  static Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("spark.flight.port", "0");
    settings.put("spark.flight.exchange.memory", "1m");
    settings.put("spark.flight.exchange.statement-memory", "1m");
    settings.put("spark.flight.exchange.spill-limit", "8m");
    settings.put("spark.flight.exchange.spill-compression", "none");
    settings.put("spark.flight.exchange.free-space", "0");
    settings.put("spark.flight.session.max-per-user", "2");
    return settings;
  }

  @BeforeAll
  static void start() {
    spark = SPARK.get();
    server = SERVER.server();
  }

  @BeforeEach
  void noTable() {
    spark.sql("DROP TABLE IF EXISTS " + TABLE);
  }

  @AfterEach
  void nothingOfAJobRemains() {
    assertThat(Renewals.running()).isZero();
    noTable();
  }

  static DataFrameWriter<Row> writer(Dataset<Row> rows) {
    return writer(rows, server.uri());
  }

  static DataFrameWriter<Row> writer(Dataset<Row> rows, String uri) {
    return rows.write().format("flight-sql").option("uri", uri).option("dbtable", TABLE);
  }

  static void create(Dataset<Row> rows) {
    writer(rows).mode(SaveMode.Append).option("write.create", "true").save();
  }

  static Dataset<Row> ids(long first, long end, int partitions) {
    return spark.range(first, end, 1, partitions).toDF();
  }

  /** A session remembers the files of a table, and this one did not write them. */
  static Dataset<Row> written() {
    return spark.newSession().table(TABLE);
  }

  /** As many rows as there are numbers, and every one of these. */
  static void assertNumbers(long end) {
    Row found = written().selectExpr("count(*)", "count(DISTINCT id)", "max(id)").head();
    assertThat(List.of(found.get(0), found.get(1), found.get(2)))
        .isEqualTo(List.of(end, end, end - 1));
  }

  static List<String> sorted(Dataset<Row> rows) {
    return rows.toJSON().collectAsList().stream().sorted().toList();
  }

  static void fails(ThrowingCallable write, String... words) {
    assertThatThrownBy(write)
        .satisfies(
            failure -> {
              StringBuilder said = new StringBuilder();
              for (Throwable each = failure; each != null; each = each.getCause()) {
                said.append(each.getMessage()).append('\n');
              }
              assertThat(said.toString()).contains(words);
            });
  }
}
