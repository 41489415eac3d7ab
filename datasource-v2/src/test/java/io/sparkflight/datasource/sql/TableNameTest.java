package io.sparkflight.datasource.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableNameTest {
  @Test
  void aNameHasUpToFourParts() {
    assertThat(TableName.parse(" t ", "\"")).isEqualTo(new TableName(null, List.of(), "t"));
    assertThat(TableName.parse("s.t_1", "\"")).isEqualTo(new TableName(null, List.of("s"), "t_1"));
    assertThat(TableName.parse("c.s.t", "\"")).isEqualTo(new TableName("c", List.of("s"), "t"));
    assertThat(TableName.parse("c.s1.s2.t", "\""))
        .isEqualTo(new TableName("c", List.of("s1", "s2"), "t"));
    assertThat(TableName.parse("tä", "\"")).isEqualTo(new TableName(null, List.of(), "tä"));
  }

  @Test
  void partsMayStandInQuotes() {
    assertThat(TableName.parse("`a.b`.`c``d`", "`"))
        .isEqualTo(new TableName(null, List.of("a.b"), "c`d"));
    assertThat(TableName.parse("s.\"my table\"", "\""))
        .isEqualTo(new TableName(null, List.of("s"), "my table"));
    assertThat(TableName.parse("\"\"\"\"", "\"")).isEqualTo(new TableName(null, List.of(), "\""));
  }

  /** As TableBridge of the server reads it. */
  @Test
  void aNameWithAPointIsNotAPathOfTwo() {
    assertThat(TableName.parse("c.`a.b`.t", "`").schemaPath()).isEqualTo("`a.b`");
    assertThat(TableName.parse("c.a.b.t", "`").schemaPath()).isEqualTo("`a`.`b`");
    assertThat(TableName.parse("c.`a.x`.`b``y`.t", "`").schemaPath()).isEqualTo("`a.x`.`b``y`");
    assertThat(TableName.parse("`a->b`.t", "`").schemaPath()).isEqualTo("a->b");
    assertThat(new ServerSql("`").name(TableName.parse("c.`a.b`.t", "`")))
        .isEqualTo("`c`.`a.b`.`t`");
    assertThat(new ServerSql("`").name(TableName.parse("c.a.b.t", "`")))
        .isEqualTo("`c`.`a`.`b`.`t`");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ".",
        "t.",
        ".t",
        "a..b",
        "a b",
        "t; DROP TABLE u",
        "\"",
        "\"a",
        "\"\"",
        "\"a\"b",
        "(SELECT 1)",
        "`a`"
      })
  void anythingElseIsNoName(String text) {
    assertThatThrownBy(() -> TableName.parse(text, "\""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not the name of a table");
  }
}
