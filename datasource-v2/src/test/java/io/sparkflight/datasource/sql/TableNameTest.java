package io.sparkflight.datasource.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableNameTest {
  @Test
  void aNameHasUpToFourParts() {
    assertThat(TableName.parse(" t ", "\"")).isEqualTo(new TableName(null, null, "t"));
    assertThat(TableName.parse("s.t_1", "\"")).isEqualTo(new TableName(null, "s", "t_1"));
    assertThat(TableName.parse("c.s.t", "\"")).isEqualTo(new TableName("c", "s", "t"));
    assertThat(TableName.parse("c.s1.s2.t", "\"")).isEqualTo(new TableName("c", "s1.s2", "t"));
    assertThat(TableName.parse("tä", "\"")).isEqualTo(new TableName(null, null, "tä"));
  }

  @Test
  void partsMayStandInQuotes() {
    assertThat(TableName.parse("`a.b`.`c``d`", "`")).isEqualTo(new TableName(null, "a.b", "c`d"));
    assertThat(TableName.parse("s.\"my table\"", "\""))
        .isEqualTo(new TableName(null, "s", "my table"));
    assertThat(TableName.parse("\"\"\"\"", "\"")).isEqualTo(new TableName(null, null, "\""));
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
