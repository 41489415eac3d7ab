package io.sparkflight.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.auth2.BasicAuthCredentialWriter;
import org.apache.arrow.flight.auth2.ClientHeaderHandler;
import org.apache.arrow.flight.auth2.ClientIncomingAuthHeaderMiddleware;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** The namespaces, tables and views of a server, as the catalog of a Spark session has them. */
class CatalogNamesIT extends TwoCatalogs {
  @Test
  void namespacesAreTheSchemasOfTheServersCatalogAndItsOtherCatalogs() {
    assertThat(first("SHOW NAMESPACES IN x"))
        .contains("default", "global_temp", "lake", "sh_p", "shop")
        .doesNotContain("spark_catalog", "top");
    assertThat(first("SHOW NAMESPACES IN x.lake"))
        .containsExactlyInAnyOrder("lake.`a.b`", "lake.`dash-ed`", "lake.`ti``ck`", "lake.top");
    assertThat(first("SHOW NAMESPACES IN x.lake.top")).containsExactly("lake.top.mid");
    assertThat(first("SHOW NAMESPACES IN x.lake.top.mid")).containsExactly("lake.top.mid.low");
    assertThat(rows("SHOW NAMESPACES IN x.shop")).isEmpty();
    assertThat(first("SHOW NAMESPACES IN x LIKE 'sh*'")).containsExactly("sh_p", "shop");
    assertThatThrownBy(() -> spark.sql("SHOW NAMESPACES IN x.nowhere"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("`nowhere`");
  }

  @Test
  void tablesAndViewsOfExactlyOneNamespaceAreListed() {
    assertThat(texts("SHOW TABLES IN x.shop", 1))
        .containsExactlyInAnyOrder("orders", "customers", "few", "nation");
    assertThat(texts("SHOW TABLES IN x.sh_p", 1)).containsExactly("orders");
    assertThat(texts("SHOW TABLES IN x.spark_catalog.shop", 1)).contains("customers");
    assertThat(texts("SHOW TABLES IN x.lake", 1)).containsExactly("loose");
    assertThat(texts("SHOW TABLES IN x.lake.top", 1)).containsExactly("one");
    assertThat(texts("SHOW TABLES IN x.lake.top.mid", 1)).containsExactly("two");
    assertThat(texts("SHOW TABLES IN x.global_temp", 1)).contains("orders");
    assertThatThrownBy(() -> spark.sql("SHOW TABLES IN x.lake.top.nowhere"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("SCHEMA_NOT_FOUND");
  }

  @Test
  void tablesAreReadByTheirNames() {
    assertThat(rows("SELECT * FROM x.shop.orders"))
        .containsExactlyInAnyOrderElementsOf(rows("SELECT * FROM shop.orders"))
        .hasSize(30);
    assertThat(first("SELECT count(*) FROM x.spark_catalog.shop.orders WHERE customer = 1"))
        .containsExactly("10");
    assertThat(first("SELECT * FROM x.shop.few")).hasSize(5);
    assertThat(first("SELECT * FROM x.sh_p.orders")).containsExactly("the other one");
    assertThat(first("SELECT * FROM x.global_temp.orders")).containsExactly("temporary");
    assertThat(first("SELECT what FROM x.SH_P.Orders")).containsExactly("the other one");
  }

  @Test
  void nestedNamespacesOfOtherCatalogsAreReadPartByPart() {
    assertThat(first("SELECT * FROM x.lake.loose")).containsExactly("loose");
    assertThat(first("SELECT * FROM x.lake.top.one")).containsExactly("one");
    assertThat(first("SELECT * FROM x.lake.top.mid.low.three")).containsExactly("three");
    assertThat(first("SELECT * FROM x.lake.`a.b`.four")).containsExactly("four");
    assertThat(first("SELECT * FROM x.lake.`dash-ed`.x.five")).containsExactly("five");
    assertThat(first("SELECT * FROM x.lake.`ti``ck`.y.six")).containsExactly("six");
    for (String table :
        List.of(
            "`top`.`mid`.`two`", "`a.b`.`four`", "`dash-ed`.`x`.`five`", "`ti``ck`.`y`.`six`")) {
      // They take no rows, and the server says so of the table that was meant.
      assertThatThrownBy(
              () -> spark.sql("INSERT INTO x.lake.%1$s SELECT * FROM x.lake.%1$s".formatted(table)))
          .hasStackTraceContaining("UNIMPLEMENTED: Cannot ingest into `lake`." + table);
    }
    assertThatThrownBy(() -> spark.sql("SELECT * FROM x.lake.a.b.four"))
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    assertThatThrownBy(() -> spark.sql("SELECT * FROM x.lake.`top.mid`.two"))
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
  }

  @Test
  void oddNamesAreNames() {
    List<String> odd =
        List.of(
            "a b", "it's", "quo\"te", "ti`ck", "do.t", "a_b", "a%b", "axb", "back\\slash", "größe");
    for (String name : odd) {
      application.sql(
          "CREATE GLOBAL TEMPORARY VIEW %s AS SELECT '%s' AS `the name`"
              .formatted(quoted(name), name.replace("\\", "\\\\").replace("'", "\\'")));
    }
    assertThat(texts("SHOW TABLES IN x.global_temp", 1)).containsAll(odd);
    for (String name : odd) {
      assertThat(first("SELECT `the name` FROM x.global_temp." + quoted(name)))
          .containsExactly(name);
    }
    for (String none :
        List.of("a?b", "%", "_", "a__", "back\\\\slash", "back_slash", "do%", "do")) {
      assertThatThrownBy(() -> spark.sql("SELECT * FROM x.global_temp." + quoted(none)))
          .as(none)
          .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    }
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  @Test
  void temporaryViewsOfTheSignedInSessionHaveNoNamespace() throws Exception {
    AtomicReference<String> token = new AtomicReference<>("");
    ClientHeaderHandler told =
        headers -> {
          token.compareAndSet("", headers.get("authorization"));
          return new CredentialCallOption(out -> out.insert("authorization", token.get()));
        };
    try (BufferAllocator memory = new RootAllocator();
        FlightClient flight =
            FlightClient.builder(memory, Location.forGrpcInsecure("127.0.0.1", one.port()))
                .intercept(new ClientIncomingAuthHeaderMiddleware.Factory(told))
                .build();
        FlightSqlClient client = new FlightSqlClient(flight)) {
      flight.handshake(new CredentialCallOption(new BasicAuthCredentialWriter("ada", "any")));
      client.executeUpdate(
          "CREATE TEMPORARY VIEW orders AS SELECT 'mine' AS whose",
          new CredentialCallOption(out -> out.insert("authorization", token.get())));
    }
    catalog("mine", one);
    spark
        .conf()
        .set("spark.sql.catalog.mine.token", String.valueOf(token.get()).replace("Bearer ", ""));
    assertThat(texts("SHOW TABLES IN mine", 1)).containsExactly("orders");
    assertThat(first("SELECT * FROM mine.orders")).containsExactly("mine");
    assertThat(rows("SELECT * FROM mine.shop.orders")).hasSize(30);
    assertThatThrownBy(() -> spark.sql("SELECT * FROM x.orders"))
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
  }

  @Test
  void whatIsMissingIsToldBySpark() {
    assertThatThrownBy(() -> spark.sql("SELECT * FROM x.shop.nothing"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND")
        .hasMessageContaining("`x`.`shop`.`nothing`");
    assertThatThrownBy(() -> spark.sql("SELECT * FROM x.nowhere.orders"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    assertThatThrownBy(() -> spark.sql("DROP TABLE x.shop.nothing"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    spark.sql("DROP TABLE IF EXISTS x.shop.nothing");
    assertThatThrownBy(() -> spark.sql("CREATE TABLE x.nowhere.t (a INT)"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("SCHEMA_NOT_FOUND");
  }

  @Test
  void tablesAreDescribed() {
    assertThat(rows("DESCRIBE x.shop.orders").toString())
        .contains("[id,bigint,", "[customer,bigint,");
    assertThat(rows("DESCRIBE EXTENDED x.shop.orders").toString())
        .contains("[Name,`spark_catalog`.`shop`.`orders` of " + one.uri());
    assertThat(rows("DESCRIBE NAMESPACE x.shop").toString()).contains("[Namespace Name,shop]");
  }

  @Test
  void aNamespaceIsUsed() {
    SparkSession other = application.newSession();
    catalog(other, "x", one);
    other.sql("USE x.shop");
    assertThat(other.sql("SELECT * FROM orders").count()).isEqualTo(30);
    assertThat(other.sql("SELECT current_catalog(), current_schema()").first().toString())
        .isEqualTo("[x,shop]");
    other.sql("USE x.lake.top");
    assertThat(other.sql("SELECT * FROM one").count()).isEqualTo(1);
    assertThatThrownBy(() -> other.sql("USE x.nowhere"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("`nowhere`");
  }
}
