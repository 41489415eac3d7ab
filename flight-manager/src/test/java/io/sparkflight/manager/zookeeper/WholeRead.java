package io.sparkflight.manager.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.ResultEndpoint;
import io.sparkflight.manager.run.ManagerFixture;
import io.sparkflight.manager.run.ManagerFixture.Numbers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** All endpoints of one statement, read at once, each where it is. */
final class WholeRead {
  private final List<Future<Numbers>> reads;
  private final CountDownLatch allReceive;

  /** How all streams ended: with every row, or every one of them with an error. */
  record End(Numbers rows, List<Throwable> failures) {
    boolean wasError() {
      return !failures.isEmpty();
    }
  }

  WholeRead(PublishedStatement statement, List<EnsembleServer> servers, ExecutorService threads) {
    allReceive = new CountDownLatch(statement.endpoints().size());
    reads =
        statement.endpoints().stream()
            .map(endpoint -> threads.submit(() -> read(endpoint, holder(endpoint, servers))))
            .toList();
  }

  private static ManagerFixture holder(ResultEndpoint endpoint, List<EnsembleServer> servers) {
    return servers.stream()
        .map(EnsembleServer::fixture)
        .filter(server -> endpoint.locations().contains(server.location()))
        .findAny()
        .orElseThrow();
  }

  private Numbers read(ResultEndpoint endpoint, ManagerFixture server) throws Exception {
    Numbers numbers = new Numbers();
    server.read(
        endpoint.ticket(),
        batch -> {
          if (numbers.rows == 0) {
            allReceive.countDown();
          }
          numbers.add(batch);
        });
    return numbers;
  }

  /** Waits until every endpoint has given rows. */
  void awaitRows() throws InterruptedException {
    assertThat(allReceive.await(30, TimeUnit.SECONDS)).as("rows on every endpoint").isTrue();
  }

  /** Waits for the end of every stream; they must agree about it. */
  End end(Duration limit) throws InterruptedException {
    await("the end of every stream")
        .atMost(limit)
        .until(() -> reads.stream().allMatch(Future::isDone));
    Numbers all = new Numbers();
    List<Throwable> failures = new ArrayList<>();
    for (Future<Numbers> read : reads) {
      try {
        all = all.plus(read.get());
      } catch (ExecutionException e) {
        failures.add(e.getCause());
      }
    }
    assertThat(failures).as("all streams end alike").size().isIn(0, reads.size());
    return new End(all, failures);
  }
}
