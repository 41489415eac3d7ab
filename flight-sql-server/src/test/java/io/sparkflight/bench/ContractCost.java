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
import java.util.function.ToDoubleFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What the delivery contract costs in {@link ParquetChain}: each part of it alone, on the frames of
 * that chain and by turns with it, as a share of the chain's time.
 *
 * <p>The shares are upper bounds: the parts run here one after the other, on frames that no cache
 * holds any more; in the chain they overlap with other threads. A share of processor time depends
 * less on what else the machine does. The difference of two whole chains, one of them without the
 * checks, would be a truer figure if it were not smaller than that of two runs of the same chain.
 */
final class ContractCost implements Bench.Benchmark {
  private static final int ROUNDS = 7;
  private static final int STATEMENTS = 200;
  private static final String SERVER = "0123456789abcdef";

  private final List<Spent> chain = new ArrayList<>();
  private final List<Spent> checksums = new ArrayList<>();
  private final List<Spent> ledgers = new ArrayList<>();
  private final List<Spent> commits = new ArrayList<>();
  private final List<Spent> all = new ArrayList<>();

  @Override
  public List<Bench.Figure> run(Path cache) throws Exception {
    try (SparkSession spark = ParquetChain.session();
        ManagerFixture ours = new ManagerFixture(spark, Map.of());
        CommitTrip trip = new CommitTrip(spark)) {
      Path table = WideTable.write(spark, cache);
      List<List<BatchFrame>> frames = ChainFrames.of(spark.read().parquet(table.toString()));
      List<List<Integer>> crcs = crcs(frames);
      for (int round = 0; round <= ROUNDS; round++) {
        Spent whole = Spent.in(1, () -> read(ours, spark.read().parquet(table.toString())));
        Spent summing = Spent.in(1, () -> crcs(frames).equals(crcs(frames)));
        Spent accounting = Spent.in(STATEMENTS, () -> account(frames, crcs));
        Spent committing = trip.commit(STATEMENTS, frames.size());
        if (round > 0) { // the first round warms up
          chain.add(whole);
          checksums.add(summing);
          ledgers.add(accounting);
          commits.add(committing);
          all.add(summing.plus(accounting).plus(committing));
        }
      }
    }
    return List.of(
        part("CRC32C, twice for each frame", checksums),
        part("both ledgers", ledgers),
        part("a commit for each partition", commits),
        sum("contract, all of it: elapsed", Spent::elapsed),
        sum("contract, all of it: processor", Spent::processor));
  }

  private static boolean read(ManagerFixture ours, Dataset<Row> data) throws Exception {
    return ParquetChain.read(ours, data) == WideTable.ROWS;
  }

  private Bench.Figure part(String name, List<Spent> part) {
    double elapsed = Spent.median(part, Spent::elapsed) / Spent.median(chain, Spent::elapsed);
    double processor = Spent.median(part, Spent::processor) / Spent.median(chain, Spent::processor);
    return new Bench.Figure(
        name,
        Spent.median(part, Spent::elapsed),
        "ms",
        elapsed,
        "chain: %.2f %%; of processor %.2f %%".formatted(100 * elapsed, 100 * processor),
        "");
  }

  private Bench.Figure sum(String name, ToDoubleFunction<Spent> time) {
    double own = Spent.median(all, time);
    double whole = Spent.median(chain, time);
    return new Bench.Figure(
        name,
        own,
        "ms",
        own / whole,
        "%.2f %% of the chain's %,.0f ms".formatted(100 * own / whole, whole),
        "≤ 5 %");
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
