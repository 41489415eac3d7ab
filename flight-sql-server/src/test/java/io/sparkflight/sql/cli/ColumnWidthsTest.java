package io.sparkflight.sql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ColumnWidthsTest {
  private static final List<String> NAMES = List.of("id", "name", "comment");
  private static final List<List<String>> ROWS =
      List.of(List.of("1", "x".repeat(12), "y".repeat(100)), List.of("22", "z", "y"));

  @Test
  void columnsAreAsWideAsTheirCellsWhereThereIsRoom() {
    assertThat(ColumnWidths.fit(NAMES, ROWS, 200).widths()).containsExactly(2, 12, 100);
  }

  @Test
  void theWidestColumnGivesWayFirst() {
    assertThat(ColumnWidths.fit(NAMES, ROWS, 60).widths()).containsExactly(2, 12, 38);
  }

  @Test
  void theLastColumnsAreLeftOutWhereNotAllCanBeRead() {
    assertThat(ColumnWidths.fit(NAMES, ROWS, 20).shown()).isEqualTo(2);
  }

  @Test
  void oneColumnIsShownHoweverNarrowTheTerminal() {
    assertThat(ColumnWidths.fit(NAMES, ROWS, 1).shown()).isEqualTo(1);
  }
}
