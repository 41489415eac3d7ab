package io.sparkflight.datasource;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.sql.demo.TpchTables;
import io.sparkflight.testing.Canonical;
import io.sparkflight.testing.FlightSqlServerExtension;
import io.sparkflight.testing.LocalSpark;
import io.sparkflight.testing.Tpch;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The TPC-H queries with every table read through the source: what Parquet itself answers. */
class TpchSourceIT {
  private static final LocalSpark SPARK = LocalSpark.on("local[16]");

  @RegisterExtension
  static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension(SPARK);

  private static SparkSession local;
  private static SparkSession asking;

  @BeforeAll
  static void start() {
    local = SPARK.get();
    asking = local.newSession();
    Path folder = Tpch.folder(local);
    for (String table : TpchTables.NAMES) {
      String path = folder.resolve(table).toString();
      local.read().parquet(path).createOrReplaceTempView(table);
      local.read().parquet(path).createOrReplaceGlobalTempView(table);
      asking
          .read()
          .format("flight-sql")
          .option("uri", SERVER.server().uri())
          .option("dbtable", "global_temp." + table)
          .load()
          .createOrReplaceTempView(table);
    }
  }

  static Stream<String> queries() {
    return Tpch.queries();
  }

  @ParameterizedTest
  @MethodSource("queries")
  void theSameAnswer(String query) {
    assertThat(answer(asking, query)).isEqualTo(answer(local, query));
  }

  /** In the order of the query, of which the standard's leave no two rows alike. */
  private static List<String> answer(SparkSession spark, String query) {
    return spark.sql(Tpch.text(query)).collectAsList().stream().map(Canonical::ofSpark).toList();
  }
}
