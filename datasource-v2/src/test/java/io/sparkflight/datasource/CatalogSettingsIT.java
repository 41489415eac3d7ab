package io.sparkflight.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.docs.Documents;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** How a catalog is set, and single reads and writes of it; and that nobody is told of secrets. */
class CatalogSettingsIT extends TwoCatalogs {
  @Test
  void optionsOfOneReadOrWriteAreHeeded() {
    String plan =
        spark
            .read()
            .option("PushDown", "false")
            .table("x.shop.orders")
            .where("id > 5")
            .queryExecution()
            .executedPlan()
            .toString();
    assertThat(plan).contains("PushedFilters: []");
    assertThatThrownBy(
            () -> spark.read().option("retian", "1s").table("x.shop.orders").collectAsList())
        .hasMessageContaining("no option retian. Did you mean retain?");
    assertThatThrownBy(
            () -> spark.read().option("dbtable", "a").table("x.shop.orders").collectAsList())
        .hasMessageContaining("the table is named already");
    assertThatThrownBy(
            () ->
                spark
                    .table("x.shop.customers")
                    .write()
                    .option("write.creates", "true")
                    .mode("append")
                    .saveAsTable("x.shop.customers"))
        .hasMessageContaining("Did you mean write.create?");
    assertThat(rows("SELECT * FROM x.shop.customers")).hasSize(3);
  }

  @Test
  void noSecretIsInAPlan() {
    catalog("secret", one);
    spark.conf().set("spark.sql.catalog.secret.user", "ada");
    spark.conf().set("spark.sql.catalog.secret.password", "kept to oneself");
    for (String from :
        List.of("secret.shop.orders", "flight_sql_query('secret', 'SELECT 1 AS one')")) {
      var plan = spark.sql("SELECT * FROM " + from).queryExecution();
      assertThat(plan.toString() + plan.analyzed().toJSON()).doesNotContain("kept to oneself");
    }
    assertThat(rows("DESCRIBE EXTENDED secret.shop.orders").toString())
        .doesNotContain("kept to oneself");
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    refused(Map.of(), "the option uri is missing");
    refused(Map.of("uri", one.uri(), "dbtable", "t"), "the option dbtable is about one table");
    refused(Map.of("uri", one.uri(), "query", "SELECT 1"), "the option query is about one table");
    refused(Map.of("uri", one.uri(), "usr", "ada"), "Did you mean user?");
    refused(Map.of("uri", "grpc://127.0.0.1:1"), "grpc://127.0.0.1:1: UNAVAILABLE");
  }

  private static void refused(Map<String, String> options, String reason) {
    SparkSession other = application.newSession();
    other.conf().set("spark.sql.catalog.bad", FlightSqlCatalog.class.getName());
    options.forEach((key, value) -> other.conf().set("spark.sql.catalog.bad." + key, value));
    assertThatThrownBy(() -> other.sql("SHOW NAMESPACES IN bad")).hasMessageContaining(reason);
  }

  @Test
  void theManualsStatementsRun() throws Exception {
    SparkSession other = application.newSession();
    Path page = Documents.ROOT.resolve("docs/datasource.md");
    String settings = Documents.snippet(page, "catalog settings");
    assertThat(settings).contains(":32010");
    for (String line : settings.replace("32010", Integer.toString(one.port())).split("\n")) {
      String[] setting = line.split("\\s+", 2);
      if (setting[0].equals("spark.sql.extensions")) {
        assertThat(setting[1]).isEqualTo(application.conf().get("spark.sql.extensions"));
      } else {
        other.conf().set(setting[0], setting[1]);
      }
    }
    Arrays.stream(Documents.snippet(page, "catalog statements").split(";"))
        .filter(sql -> !sql.isBlank())
        .forEach(sql -> assertThat(other.sql(sql).collectAsList()).as(sql).isNotNull());
  }
}
