package io.sparkflight.manager.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.exchange.NamedUpload;
import java.time.Duration;
import java.util.List;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** The bounds of what is noted of uploads, here of such that have no rows. */
class NamedUploadsTest {
  private static final int OF_USER = 10;
  private static final String IDS = new StructType().add("id", "bigint").json();

  /** Room for a little more than twice as many uploads as a user may have. */
  private final NamedUploads uploads =
      new NamedUploads(Duration.ofMinutes(1), 2 * (OF_USER << 10) + 2 * 512);

  private final StatementHandle group = StatementHandle.random();

  @Test
  void aUserFillsHalfOfTheRoomAndLeavesTheOtherHalf() {
    for (int i = 0; i < OF_USER; i++) {
      add(group, "anna", "part" + i, IDS, 0);
    }
    full(() -> add(group, "anna", "more", IDS, 0));
    full(() -> add(StatementHandle.random(), "anna", "elsewhere", IDS, 0));
    StatementHandle other = StatementHandle.random();
    for (int i = 0; i < OF_USER; i++) {
      add(other, "bob", "part" + i, IDS, 0);
    }
    full(() -> add(StatementHandle.random(), "eve", "part", IDS, 0));
    uploads.free(group);
    for (int i = 0; i < OF_USER; i++) {
      add(group, "anna", "part" + i, IDS, 0);
    }
    assertThat(uploads.of(group).uploads()).hasSize(OF_USER);
  }

  @Test
  void schemasCountOnceForTheirIngestAndWhatIsNotSharedCountsEachTime() {
    full(() -> add(group, "anna", "schema of its own", IDS, OF_USER << 10));
    full(() -> add(group, "anna", "long schema", " ".repeat(OF_USER << 10), 0));
    assertThat(uploads.of(group).uploads()).isEmpty();
    String wide = " ".repeat((OF_USER - 3) << 10);
    add(group, "anna", "one", wide, 0);
    add(group, "anna", "two", wide, 0);
    uploads.free(group);
    add(group, "anna", "again", wide, 0);
  }

  @Test
  void allPartsOfAnIngestHaveTheSameColumns() {
    add(group, "anna", "one", IDS, 0);
    String names = new StructType().add("name", "string").json();
    assertThatThrownBy(() -> add(group, "anna", "two", names, 0))
        .isInstanceOfSatisfying(
            FlightFailure.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID))
        .hasMessageContaining(
            "Cannot keep part two: its columns are name STRING, and those of the ingest's other parts are id BIGINT.");
    assertThat(uploads.of(group).uploads()).hasSize(1);
    assertThat(uploads.of(group).columns()).isEqualTo(IDS);
    add(StatementHandle.random(), "anna", "two", names, 0);
  }

  private void add(StatementHandle to, String user, String name, String columns, int more) {
    NamedUpload upload = new NamedUpload(name, 0, List.of(), "localhost", 1, List.of());
    uploads.add(to, columns, new NamedUploads.Kept(upload, List.of(), user, more));
  }

  private static void full(Runnable add) {
    assertThatThrownBy(add::run)
        .isInstanceOfSatisfying(
            FlightFailure.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.RESOURCES))
        .hasMessageContaining("Commit or discard others first");
  }
}
