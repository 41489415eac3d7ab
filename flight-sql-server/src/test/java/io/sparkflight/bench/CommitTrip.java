package io.sparkflight.bench;

import io.sparkflight.arrow.BatchFrame;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.manager.Member;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.exchange.AttemptInlet;
import io.sparkflight.manager.exchange.Exchange;
import io.sparkflight.manager.exchange.OpenStatement;
import io.sparkflight.manager.exchange.RemoteParticipant;
import io.sparkflight.manager.run.ManagerFixture;
import io.sparkflight.manager.statement.AttemptRecord;
import io.sparkflight.manager.statement.AttemptTotals;
import io.sparkflight.manager.statement.PartitionAttempt;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.spark.sql.SparkSession;

/**
 * Commits attempts on a server by the message that another server would send it, over the loopback
 * interface. One server alone needs no message, so this is what a cluster adds.
 */
final class CommitTrip implements AutoCloseable {
  private static final String SECRET = "a secret of the benchmark";
  private static final byte[] FRAME = new byte[16];

  private final ManagerFixture server;
  private final Exchange exchange;
  private final BufferAllocator allocator = new RootAllocator();
  private final RemoteParticipant remote;

  CommitTrip(SparkSession spark) {
    server = new ManagerFixture(spark, Map.of("spark.flight.cluster.secret", SECRET));
    Member member = server.manager().locator().members().get(0);
    exchange = Objects.requireNonNull(Exchange.inProcess(member.incarnation()), "not here");
    remote = new RemoteParticipant(member, Signer.of(Optional.of(SECRET)), allocator);
  }

  /** What the commits of a statement take, if each partition is told by itself. */
  Spent commit(int statements, int partitions) throws Exception {
    List<Sealed> prepared = new ArrayList<>();
    for (int i = 0; i < statements; i++) {
      prepared.add(prepare(partitions));
    }
    Iterator<Sealed> next = prepared.iterator();
    Spent spent = Spent.in(statements, () -> commitEach(next.next()));
    prepared.forEach(each -> exchange.end(each.statement(), ErrorKind.CANCELLED, "was measured"));
    return spent;
  }

  /** A statement whose attempts are ready for their commit. */
  private record Sealed(StatementHandle statement, List<AttemptRecord> records) {}

  private boolean commitEach(Sealed sealed) {
    sealed.records().forEach(record -> remote.commit(sealed.statement(), List.of(record)));
    return true; // else it would have thrown
  }

  private Sealed prepare(int partitions) {
    StatementHandle statement = StatementHandle.random();
    exchange.open(
        new OpenStatement(
            statement,
            ManagerFixture.USER,
            FRAME,
            OpenStatement.Sequence.ANY,
            exchange.incarnation(),
            0));
    return new Sealed(
        statement,
        IntStream.range(0, partitions).mapToObj(number -> sealed(statement, number)).toList());
  }

  private AttemptRecord sealed(StatementHandle statement, int partition) {
    PartitionAttempt attempt = new PartitionAttempt(0, partition, partition);
    AttemptInlet inlet = exchange.inlet(statement);
    inlet.append(attempt, 0, 1, FRAME);
    int crc = new BatchFrame(FRAME, 1).crc();
    AttemptTotals totals = inlet.seal(attempt, AttemptTotals.NONE.plus(1, FRAME.length, crc));
    return new AttemptRecord(0, partition, partition, exchange.incarnation(), totals);
  }

  @Override
  public void close() {
    remote.close();
    allocator.close();
    server.close();
  }
}
