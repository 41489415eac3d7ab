package io.sparkflight.manager.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkflight.config.ConfigSource;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.ResultStream;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.statement.AttemptRecord;
import io.sparkflight.manager.statement.AttemptTotals;
import io.sparkflight.manager.statement.PartitionAttempt;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A result that is kept and does not fit its memory: what was read goes to disk first. */
class RetainedMemoryTest {
  private static final String SELF = "00000000000000aa";
  private static final String OWNER = "ada";
  private static final PartitionAttempt ATTEMPT = new PartitionAttempt(0, 0, 7);
  private static final int FRAME = 64 << 10;
  private static final int MEMORY = 1 << 20;
  private static final int FRAMES = 100;
  private static final int SHARES = 3;

  @TempDir Path folder;
  private final Random random = new Random(20261122);
  private final List<byte[]> sent = new ArrayList<>();
  private AttemptTotals totals = AttemptTotals.NONE;
  private Exchange exchange;

  @BeforeEach
  void start() {
    ConfigSource source =
        ConfigSource.of(
            Map.of(
                "spark.flight.exchange.spill-directory",
                folder.toString(),
                "spark.flight.exchange.statement-memory",
                "1m",
                "spark.flight.exchange.memory",
                "1m"));
    exchange = Exchange.start(ExchangeConfig.from(source), SELF);
  }

  @AfterEach
  void stop() {
    exchange.close();
  }

  @Test
  void everyReaderGetsTheSameFramesFromLittleMemory() {
    Ticket ticket = open();
    List<byte[]> first = new ArrayList<>();
    try (ResultStream reader = exchange.read(ticket, OWNER)) {
      AttemptInlet inlet = exchange.inlet(ticket.statement());
      appendAll(inlet, reader, first);
      assertThat(exchange.usage().disk())
          .as("only what was read, and only what has no room")
          .isBetween((long) (FRAMES - MEMORY / FRAME - 1) * FRAME, (long) FRAMES * FRAME);
      complete(ticket, inlet);
      take(reader, first);
      assertThat(reader.finished()).isTrue();
    }
    assertWhole(first);
    for (int again = 0; again < 2; again++) {
      List<byte[]> frames = new ArrayList<>();
      try (ResultStream reader = exchange.read(ticket, OWNER)) {
        take(reader, frames);
        assertThat(reader.finished()).isTrue();
      }
      assertWhole(frames);
    }
  }

  @Test
  void aReaderThatIsBehindLosesNothing() {
    Ticket ticket = open();
    List<byte[]> fast = new ArrayList<>();
    List<byte[]> slow = new ArrayList<>();
    try (ResultStream ahead = exchange.read(ticket, OWNER);
        ResultStream behind = exchange.read(ticket, OWNER)) {
      AttemptInlet inlet = exchange.inlet(ticket.statement());
      for (int i = 0; i < FRAMES; i++) {
        append(inlet, i);
        take(ahead, fast);
        if (random.nextInt(3) == 0) {
          takeOne(behind, slow);
        }
        assertThat(exchange.usage().memory()).isLessThanOrEqualTo(MEMORY);
      }
      complete(ticket, inlet);
      take(ahead, fast);
      take(behind, slow);
    }
    assertWhole(fast);
    assertWhole(slow);
  }

  /** Whoever asks first lets frames leave that are for others. */
  @Test
  void sharesHaveEachFrameOnceAndAgain() {
    Ticket ticket = open();
    List<List<byte[]>> shares =
        Stream.generate(() -> (List<byte[]>) new ArrayList<byte[]>()).limit(SHARES).toList();
    List<ResultStream> readers =
        IntStream.range(0, SHARES)
            .mapToObj(share -> exchange.read(ticket.share(share, SHARES), OWNER))
            .toList();
    AttemptInlet inlet = exchange.inlet(ticket.statement());
    for (int i = 0; i < FRAMES; i++) {
      append(inlet, i);
      int one = random.nextInt(SHARES);
      take(readers.get(one), shares.get(one));
      assertThat(exchange.usage().memory()).isLessThanOrEqualTo(MEMORY);
    }
    complete(ticket, inlet);
    for (int share = 0; share < SHARES; share++) {
      assertThat(readers.get(share).finished()).isFalse();
      take(readers.get(share), shares.get(share));
      assertThat(readers.get(share).finished()).isTrue();
      assertShare(shares.get(share), share);
      readers.get(share).close();
      List<byte[]> again = new ArrayList<>();
      try (ResultStream reader = exchange.read(ticket.share(share, SHARES), OWNER)) {
        take(reader, again);
        assertThat(reader.finished()).isTrue();
      }
      assertShare(again, share);
    }
  }

  @Test
  void aShareWithoutFramesEndsWhenTheStatementDoes() {
    Ticket ticket = open();
    List<byte[]> frames = new ArrayList<>();
    try (ResultStream reader = exchange.read(ticket.share(FRAMES + 5, FRAMES + 6), OWNER)) {
      AttemptInlet inlet = exchange.inlet(ticket.statement());
      for (int i = 0; i < FRAMES; i++) {
        append(inlet, i);
        take(reader, frames);
      }
      assertThat(reader.finished()).isFalse();
      complete(ticket, inlet);
      take(reader, frames);
      assertThat(reader.finished()).isTrue();
    }
    assertThat(frames).as("the schema").hasSize(1);
  }

  @Test
  void whatNobodyReadsNowLeavesItsMemoryToOthers() {
    Ticket ticket = open();
    List<byte[]> first = new ArrayList<>();
    try (ResultStream reader = exchange.read(ticket, OWNER)) {
      AttemptInlet inlet = exchange.inlet(ticket.statement());
      appendAll(inlet, reader, first);
      complete(ticket, inlet);
      take(reader, first);
    }
    assertThat(exchange.usage().memory()).isEqualTo(MEMORY);

    AttemptInlet other = exchange.inlet(open().statement());
    other.append(ATTEMPT, 0, 1, new byte[FRAME]);
    await("the memory of the first").until(() -> exchange.usage().memory() == 0);
    other.append(ATTEMPT, 1, 1, new byte[FRAME]);
    assertThat(exchange.usage().memory()).isEqualTo(FRAME);
    List<byte[]> again = new ArrayList<>();
    try (ResultStream reader = exchange.read(ticket, OWNER)) {
      take(reader, again);
    }
    assertWhole(again);
  }

  /** Its reader has had frames, and there is none to move when the next one comes. */
  @Test
  void whoAppendsAfterAFailureIsToldOfIt() {
    Ticket ticket = open();
    try (ResultStream reader = exchange.read(ticket, OWNER)) {
      AttemptInlet inlet = exchange.inlet(ticket.statement());
      for (int i = 0; i < MEMORY / FRAME; i++) {
        append(inlet, i);
        take(reader, new ArrayList<>());
      }
      exchange.cancel(ticket.statement(), OWNER);
      assertThatThrownBy(() -> append(inlet, MEMORY / FRAME))
          .isInstanceOf(FlightFailure.class)
          .hasMessageContaining("was cancelled");
    }
  }

  /** It goes to disk by itself: nothing has to make room for it. */
  @Test
  void aFrameThatNeverFitsMovesNoOther() {
    Ticket ticket = open();
    try (ResultStream reader = exchange.read(ticket, OWNER)) {
      AttemptInlet inlet = exchange.inlet(ticket.statement());
      append(inlet, 0);
      take(reader, new ArrayList<>());
      append(inlet, 1);
      long before = exchange.usage().memory();
      inlet.append(ATTEMPT, 2, 1, new byte[2 * MEMORY]);
      assertThat(exchange.usage().memory()).isEqualTo(before);
    }
  }

  private Ticket open() {
    StatementHandle statement = StatementHandle.random();
    exchange.open(
        new OpenStatement(
            statement, OWNER, new byte[] {1}, OpenStatement.Sequence.ANY, SELF, 60_000));
    return Ticket.whole(statement, SELF, SELF);
  }

  private void append(AttemptInlet inlet, int sequence) {
    byte[] frame = new byte[FRAME];
    random.nextBytes(frame);
    CRC32C crc = new CRC32C();
    crc.update(frame);
    sent.add(frame);
    totals = totals.plus(1, frame.length, (int) crc.getValue());
    inlet.append(ATTEMPT, sequence, 1, frame.clone());
  }

  /** Every frame, each taken before the next. */
  private void appendAll(AttemptInlet inlet, ResultStream reader, List<byte[]> frames) {
    for (int i = 0; i < FRAMES; i++) {
      append(inlet, i);
      take(reader, frames);
      assertThat(exchange.usage().memory()).isLessThanOrEqualTo(MEMORY);
    }
  }

  private void complete(Ticket ticket, AttemptInlet inlet) {
    AttemptTotals sealed = inlet.seal(ATTEMPT, totals);
    AttemptRecord record = new AttemptRecord(0, 0, ATTEMPT.taskAttemptId(), SELF, sealed);
    exchange.commit(ticket.statement(), List.of(record));
    exchange.decide(ticket.statement(), new Outcome.Complete(Map.of(SELF, sealed.asPartition(0))));
  }

  private static void take(ResultStream reader, List<byte[]> frames) {
    while (takeOne(reader, frames)) {}
  }

  private static boolean takeOne(ResultStream reader, List<byte[]> frames) {
    byte[] frame = reader.poll();
    if (frame != null) {
      frames.add(frame);
    }
    return frame != null;
  }

  private void assertShare(List<byte[]> frames, int share) {
    assertAre(
        frames,
        IntStream.range(0, FRAMES)
            .filter(place -> place % SHARES == share)
            .mapToObj(sent::get)
            .toList());
  }

  private void assertWhole(List<byte[]> frames) {
    assertAre(frames, sent);
  }

  /** The schema, every frame in order, and the trailer with the last one. */
  private static void assertAre(List<byte[]> frames, List<byte[]> expected) {
    int last = expected.size();
    assertThat(frames).hasSize(1 + last);
    for (int i = 1; i < last; i++) {
      assertThat(frames.get(i)).as("frame %d", i).isEqualTo(expected.get(i - 1));
    }
    byte[] withTrailer = frames.get(last);
    byte[] bytes = expected.get(last - 1);
    assertThat(withTrailer.length).as("with a trailer").isGreaterThan(bytes.length);
    assertThat(
            Arrays.copyOfRange(withTrailer, withTrailer.length - bytes.length, withTrailer.length))
        .isEqualTo(bytes);
    assertThat(new String(withTrailer, StandardCharsets.ISO_8859_1))
        .contains("\"rows\":%d,\"batches\":%d,".formatted(last, last));
  }
}
