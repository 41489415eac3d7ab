package io.sparkflight.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkflight.datasource.testing.SqliteServer;
import io.sparkflight.testing.LocalSpark;
import org.apache.spark.sql.DataFrameReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server that nobody here has written: Go, SQLite, no sign-in, no names of itself. */
class SqliteIT {
  private static @Nullable SqliteServer server;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(SqliteServer.available(), "this machine has no Go");
    server = SqliteServer.start();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static DataFrameReader reader() {
    return LocalSpark.session()
        .read()
        .format("flight-sql")
        .option("uri", java.util.Objects.requireNonNull(server).uri());
  }

  @Test
  void aTableIsRead() {
    DataFrameReader table = reader().option("dbtable", "intTable");
    assertThatThrownBy(() -> table.load().orderBy("id").collectAsList())
        .as("a sort reads twice, and the server does not say that it may")
        .hasMessageContaining("set reread");
    assertThat(table.option("reread", "true").load().orderBy("id").collectAsList())
        .hasToString("[[1,one,1,1], [2,zero,0,1], [3,negative one,-1,1], [4,null,null,null]]");
  }

  @Test
  void predicatesColumnsAndLimitsAreUnderstood() {
    var rows = reader().option("dbtable", "intTable").load();
    assertThat(rows.where("value > 0").select("keyName").collectAsList()).hasToString("[[one]]");
    assertThat(rows.where("keyName IS NULL").count()).isEqualTo(1);
    assertThat(rows.limit(2).collectAsList()).hasSize(2);
    assertThat(rows.count()).isEqualTo(4);
  }

  @Test
  void aQueryIsRead() {
    assertThat(
            reader()
                .option("query", "SELECT keyName, value * 10 AS ten FROM intTable WHERE value = 1")
                .load()
                .collectAsList())
        .hasToString("[[one,10]]");
  }

  @Test
  void whatItCannotDoIsToldWhenTheQueryIsPlanned() {
    assertThatThrownBy(() -> reader().option("dbtable", "nowhere").load())
        .hasMessageContaining("nowhere");
  }
}
