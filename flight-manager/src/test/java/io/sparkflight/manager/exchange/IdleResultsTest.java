package io.sparkflight.manager.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.checksum.FrameChecksums;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.Delivery;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.statement.PartitionAttempt;
import io.sparkflight.testing.LogLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdleResultsTest {
  private static final String SELF = "00000000000000aa";
  private static final int FRAME = 64 << 10;
  private static final int FRAMES = 16;
  private static final String REFUSED = "Kept results stay in memory: the disk takes nothing";

  @TempDir Path parent;
  private final Budget memory = new Budget(2L * FRAMES * FRAME);
  private final List<StatementStore> stores = new ArrayList<>();
  private final ScheduledExecutorService timer = Threads.timer("idle-results-test");
  private final IdleResults idle = new IdleResults(stores, timer);

  @AfterEach
  void stop() {
    Threads.stop(timer);
  }

  @Test
  void aDiskThatTakesNothingIsToldOnceUntilItTakesSomethingAgain() throws Exception {
    Path folder = Files.createDirectory(parent.resolve("spill"));
    SpillFolder spill = SpillFolder.open(folder, Long.MAX_VALUE, 0, FramePacking.NONE);
    try (LogLines lines = LogLines.of(IdleResults.class)) {
      stores.add(keptAndRead(spill));
      Files.delete(folder);
      makeRoomThreeTimes();
      assertThat(lines.all()).containsExactly(REFUSED);
      assertThat(memory.used()).as("nothing is lost").isEqualTo((long) FRAMES * FRAME);

      Files.createDirectory(folder);
      makeRoomThreeTimes();
      assertThat(memory.used()).as("in memory").isLessThan((long) FRAMES * FRAME);
      assertThat(lines.all()).containsExactly(REFUSED);

      stores.add(keptAndRead(spill));
      Files.delete(folder);
      makeRoomThreeTimes();
      assertThat(lines.all()).containsExactly(REFUSED, REFUSED);
    }
  }

  /** Returns when all of it was done. */
  private void makeRoomThreeTimes() throws Exception {
    for (int i = 0; i < 3; i++) {
      idle.makeRoom();
      timer.submit(() -> {}).get();
    }
  }

  /** A kept result of which a reader, who has left, has had the first half. */
  private StatementStore keptAndRead(SpillFolder spill) throws IOException {
    FrameHeap heap = new FrameHeap((long) FRAMES * FRAME, memory, spill, () -> {});
    OpenStatement.Sequence any = OpenStatement.Sequence.ANY;
    OpenStatement opened =
        new OpenStatement(StatementHandle.random(), "ada", new byte[] {1}, any, SELF, 60_000);
    StatementStore store =
        new StatementStore(
            opened,
            SELF,
            heap,
            new ReadOrder(any, Delivery.ADAPTIVE, heap),
            (failed, why) -> {},
            why -> {});
    for (int i = 0; i < FRAMES; i++) {
      byte[] frame = new byte[FRAME];
      store.append(new PartitionAttempt(0, 0, 7), i, 1, frame, FrameChecksums.of(frame));
    }
    try (StoredStream reader = store.read(Share.WHOLE, () -> {})) {
      while (reader.poll() != null) {}
    }
    return store;
  }
}
