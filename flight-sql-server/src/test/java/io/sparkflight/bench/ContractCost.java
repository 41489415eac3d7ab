package io.sparkflight.bench;

import io.sparkflight.arrow.BatchFrame;
import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.run.ManagerFixture;
import io.sparkflight.manager.statement.AttemptRecord;
import io.sparkflight.manager.statement.AttemptTotals;
import io.sparkflight.manager.statement.BatchVerdict;
import io.sparkflight.manager.statement.EndpointLedger;
import io.sparkflight.manager.statement.OwnerLedger;
import io.sparkflight.manager.statement.PartitionAttempt;
import io.sparkflight.testing.WideTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * What the delivery contract costs in {@link ParquetChain}: each part of it alone, on the frames of
 * that chain, and what share of the chain's time it is, measured by turns.
 *
 * <p>The shares are upper bounds: the parts run here on one thread, with nothing beside them and
 * with frames that no cache holds any more; in the chain they overlap with its other threads. The
 * difference of two whole chains, one of them without checks, would be a truer figure if it were
 * not smaller than what two runs of the same chain differ by.
 */
final class ContractCost implements Bench.Benchmark {
  private static final int ROUNDS = 7;
  private static final int STATEMENTS = 200;
  private static final String SERVER = "0123456789abcdef";

  private final List<Double> chain = new ArrayList<>();
  private final List<Double> checksums = new ArrayList<>();
  private final List<Double> ledgers = new ArrayList<>();
  private final List<Double> commits = new ArrayList<>();
  private final List<Double> all = new ArrayList<>();

  @Override
  public List<Bench.Figure> run(Path cache) throws Exception {
    try (SparkSession spark = ParquetChain.session();
        ManagerFixture ours = new ManagerFixture(spark, Map.of());
        CommitTrip trip = new CommitTrip(spark)) {
      Path table = WideTable.write(spark, cache);
      List<List<BatchFrame>> frames = ChainFrames.of(spark.read().parquet(table.toString()));
      List<List<Integer>> crcs = crcs(frames);
      for (int round = 0; round <= ROUNDS; round++) {
        double chainMillis =
            millis(
                1,
                () ->
                    ParquetChain.rate(
                        () -> ParquetChain.read(ours, spark.read().parquet(table.toString()))));
        double checksumMillis = millis(1, () -> crcs(frames).equals(crcs(frames)));
        double ledgerMillis = millis(STATEMENTS, () -> account(frames, crcs));
        double commitMillis = trip.millis(STATEMENTS, frames.size());
        if (round > 0) { // the first round warms up
          chain.add(chainMillis);
          checksums.add(checksumMillis);
          ledgers.add(ledgerMillis);
          commits.add(commitMillis);
          all.add(checksumMillis + ledgerMillis + commitMillis);
        }
      }
    }
    return List.of(
        share("CRC32C, twice for each frame", checksums, ""),
        share("both ledgers", ledgers, ""),
        share("a commit for each partition", commits, ""),
        share("delivery contract, all of it", all, "≤ 5 %"));
  }

  private Bench.Figure share(String part, List<Double> millis, String target) {
    double own = Bench.median(millis);
    double whole = Bench.median(chain);
    String against = "%.2f %% of the chain's %,.0f ms".formatted(100 * own / whole, whole);
    return new Bench.Figure(part, own, "ms", own / whole, against, target);
  }

  /** Something of which the time is measured; its result keeps it from being optimised away. */
  private interface Part {
    Object run() throws Exception;
  }

  private static double millis(int times, Part part) throws Exception {
    long start = System.nanoTime();
    for (int i = 0; i < times; i++) {
      if (Boolean.FALSE.equals(part.run())) {
        throw new IllegalStateException("what was measured did not do its work");
      }
    }
    return (System.nanoTime() - start) / 1e6 / times;
  }

  private static List<List<Integer>> crcs(List<List<BatchFrame>> frames) {
    return frames.stream()
        .map(partition -> partition.stream().map(BatchFrame::crc).toList())
        .toList();
  }

  /** What the ledgers do for one statement; says whether it was delivered. */
  private static boolean account(List<List<BatchFrame>> frames, List<List<Integer>> crcs) {
    EndpointLedger endpoint = new EndpointLedger(SERVER);
    OwnerLedger owner = new OwnerLedger();
    for (int number = 0; number < frames.size(); number++) {
      PartitionAttempt attempt = new PartitionAttempt(0, number, number);
      AttemptTotals sent = arrive(endpoint, attempt, frames.get(number), crcs.get(number));
      AttemptRecord record = new AttemptRecord(0, number, number, SERVER, sent);
      if (owner.accept(record)) {
        endpoint.commit(record);
        owner.confirm(1);
      }
      leave(endpoint, attempt, frames.get(number), crcs.get(number));
    }
    Outcome outcome = owner.complete(frames.size());
    endpoint.decide(outcome);
    return endpoint.delivered();
  }

  /** As both sides of the push count it. */
  private static AttemptTotals arrive(
      EndpointLedger endpoint,
      PartitionAttempt attempt,
      List<BatchFrame> frames,
      List<Integer> crcs) {
    AttemptTotals sent = AttemptTotals.NONE;
    for (int i = 0; i < frames.size(); i++) {
      BatchFrame frame = frames.get(i);
      int bytes = frame.bytes().length;
      if (endpoint.batch(attempt, i, frame.rows(), bytes, crcs.get(i)) != BatchVerdict.STORE) {
        throw new IllegalStateException("batch %d of %s was not taken".formatted(i, attempt));
      }
      sent = sent.plus(frame.rows(), bytes, crcs.get(i));
    }
    if (!sent.equals(endpoint.seal(attempt, sent))) {
      throw new IllegalStateException("%s was not sealed".formatted(attempt));
    }
    return sent;
  }

  /** As the reader's side asks and counts it. */
  private static void leave(
      EndpointLedger endpoint,
      PartitionAttempt attempt,
      List<BatchFrame> frames,
      List<Integer> crcs) {
    AttemptTotals delivered = AttemptTotals.NONE;
    for (int i = 0; i < frames.size(); i++) {
      BatchFrame frame = frames.get(i);
      if (endpoint.released(attempt.partition()) > i || !endpoint.mayRelease(attempt, i)) {
        throw new IllegalStateException("batch %d of %s may not leave".formatted(i, attempt));
      }
      endpoint.release(attempt, i);
      delivered = delivered.plus(frame.rows(), frame.bytes().length, crcs.get(i));
    }
    if (delivered.batches() != frames.size()) {
      throw new IllegalStateException("%s did not leave".formatted(attempt));
    }
  }
}
