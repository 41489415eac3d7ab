package io.sparkflight.manager.run;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.FlightCluster;
import io.sparkflight.manager.ManagerConfig;
import io.sparkflight.manager.Member;
import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.ResultEndpoint;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.StatementRequest;
import io.sparkflight.manager.Subscription;
import io.sparkflight.manager.exchange.Exchange;
import io.sparkflight.manager.exchange.OpenStatement;
import io.sparkflight.manager.exchange.Participant;
import io.sparkflight.manager.exchange.PushRight;
import io.sparkflight.manager.push.PushPlan;
import io.sparkflight.manager.push.PushTarget;
import io.sparkflight.manager.statement.AttemptRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.sparkflight.SparkBridge;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The statements that this server initiated and that still run. Thread-safe. */
final class StatementRuns implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatementRuns.class);

  /** Long enough for every member to see an outcome, its safety re-read included. */
  private static final Duration OUTCOME_KEPT = Duration.ofSeconds(30);

  private static final Duration CANCEL_AGAIN = Duration.ofMillis(500);

  private final ManagerConfig config;
  private final Exchange exchange;
  private final Participants participants;
  private final FlightCluster cluster;
  private final Signer signer;
  private final ExecutorService pool;
  private final ScheduledExecutorService timer;
  private final RunningStatements running;
  private final Subscription membership;
  private volatile @Nullable Member self;

  StatementRuns(
      ManagerConfig config,
      Exchange exchange,
      Participants participants,
      FlightCluster cluster,
      Signer signer,
      ExecutorService pool,
      ScheduledExecutorService timer) {
    this.config = config;
    this.exchange = exchange;
    this.participants = participants;
    this.cluster = cluster;
    this.signer = signer;
    this.pool = pool;
    this.timer = timer;
    this.running = new RunningStatements(pool);
    this.membership = cluster.locator().onChange(this::membersChanged);
  }

  /** Sets what this server is called in the cluster. */
  void self(Member member) {
    self = member;
  }

  PublishedStatement start(StatementRequest request, Schema schema, byte[] schemaFrame) {
    StatementHandle handle = StatementHandle.random();
    return request.placement() == Placement.DISTRIBUTED
        ? distribute(handle, request, schema, schemaFrame)
        : serveHere(handle, request, schema, schemaFrame);
  }

  void cancel(StatementHandle statement, String user) {
    running.cancel(statement, user);
  }

  void failAll(FlightFailure reason) {
    running.failAll(reason);
  }

  /** Called one at a time, and with every member, so that no connection in use is closed. */
  private void membersChanged(List<Member> members) {
    participants.retain(members);
    running.keepOnly(members);
  }

  @Override
  public void close() {
    membership.close();
    running.clear();
  }

  private PublishedStatement serveHere(
      StatementHandle handle, StatementRequest request, Schema schema, byte[] schemaFrame) {
    String own = exchange.incarnation();
    exchange.open(
        new OpenStatement(
            handle, request.owner(), schemaFrame, OpenStatement.Sequence.BY_PARTITION));
    StatementRun run =
        begin(
            handle,
            request,
            Map.of(own, new CommitHere(exchange)),
            outcome -> exchange.decide(handle, outcome));
    Optional<InternalRow[]> folded =
        request.placement() == Placement.COLLECTED
            ? SparkBridge.folded(request.query())
            : Optional.empty();
    if (folded.isPresent()) {
      finish(run, () -> keepFolded(run, request, folded.get()));
    } else if (request.placement() == Placement.COLLECTED) {
      pool.execute(() -> finish(run, () -> collect(run, request)));
    } else {
      PushTarget target = new PushTarget(own, config.internalHost(), internalPort());
      pool.execute(() -> finish(run, () -> push(run, request, List.of(target))));
    }
    return new PublishedStatement(
        handle, schema, List.of(new ResultEndpoint(exchange.ticket(handle, own), List.of())));
  }

  private PublishedStatement distribute(
      StatementHandle handle, StatementRequest request, Schema schema, byte[] schemaFrame) {
    cluster.board().own(handle);
    List<Member> holders;
    try {
      holders =
          openEverywhere(
              new OpenStatement(handle, request.owner(), schemaFrame, OpenStatement.Sequence.ANY));
    } catch (RuntimeException e) {
      cluster.board().forget(handle);
      throw e;
    }
    Map<String, Participant> byIncarnation = new ConcurrentHashMap<>();
    holders.forEach(member -> byIncarnation.put(member.incarnation(), participants.of(member)));
    StatementRun run = begin(handle, request, byIncarnation, outcome -> announce(handle, outcome));
    // One of them may have been lost since it was opened, before anybody looked for this statement.
    running.keepOnly(cluster.locator().members());
    // It ends with the outcome, which every statement has.
    Subscription unused = cluster.board().watch(handle, outcome -> stopIfLost(run, outcome));
    List<PushTarget> targets = holders.stream().map(PushTarget::of).toList();
    pool.execute(() -> finish(run, () -> push(run, request, targets)));
    return new PublishedStatement(handle, schema, endpoints(handle, holders));
  }

  /** What the others have given up, because they take this server for lost, ends here as well. */
  private void stopIfLost(StatementRun run, Outcome outcome) {
    if (outcome instanceof Outcome.Failed failed && !run.ended()) {
      pool.execute(() -> run.fail(new FlightFailure(failed.kind(), failed.message())));
    }
  }

  private List<ResultEndpoint> endpoints(StatementHandle handle, List<Member> holders) {
    boolean alone = holders.size() == 1;
    return holders.stream()
        .map(
            member ->
                new ResultEndpoint(
                    exchange.ticket(handle, member.incarnation()),
                    alone ? List.of() : List.of(member.location())))
        .toList();
  }

  /** Opens the statement on every live member; one that does not answer takes no part. */
  private List<Member> openEverywhere(OpenStatement statement) {
    List<Member> members =
        cluster.locator().members().stream().filter(member -> !member.draining()).toList();
    List<Member> opened = new ArrayList<>();
    for (Member member : members) {
      try {
        participants.of(member).open(statement);
        opened.add(member);
      } catch (FlightFailure e) {
        LOG.warn("Statement {} goes without server {}", statement.statement(), member, e);
      }
    }
    if (opened.stream().noneMatch(member -> member.incarnation().equals(exchange.incarnation()))) {
      throw new FlightFailure(
          ErrorKind.UNAVAILABLE,
          "Cannot run the statement on this server: it is not a member of the cluster now. Use another"
              + " server, or try again.");
    }
    return opened;
  }

  private StatementRun begin(
      StatementHandle handle,
      StatementRequest request,
      Map<String, Participant> holders,
      java.util.function.Consumer<Outcome> announce) {
    StatementRun run = new StatementRun(handle, exchange.incarnation(), holders, pool, announce);
    SparkContext context = request.query().sparkSession().sparkContext();
    run.onFailure(() -> stopJobs(run, context));
    running.add(request.owner(), run);
    exchange.onAbandoned(handle, why -> pool.execute(() -> run.fail(why)));
    return run;
  }

  /**
   * Cancels until the action has returned: Spark cancels only the jobs of the moment, and a plan
   * may start its next one (a broadcast, a stage of adaptive execution) just after.
   */
  private void stopJobs(StatementRun run, SparkContext context) {
    if (running.has(run.statement()) && !context.isStopped()) {
      context.cancelJobGroup(run.statement().toString());
      Threads.later(timer, CANCEL_AGAIN, "cancel a Spark job", () -> stopJobs(run, context));
    }
  }

  /** What a statement does until its end; returns the number of partitions. */
  private interface Body {
    int run();
  }

  private void finish(StatementRun run, Body body) {
    try {
      if (!run.ended()) {
        run.complete(body.run());
      }
    } catch (Throwable e) {
      // Spark throws in all shapes, checked exceptions that it does not declare among them.
      // Whatever it
      // is, it is the statement's end, and without one its readers would wait for ever.
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      run.fail(e);
    } finally {
      running.remove(run.statement());
    }
  }

  private int keepFolded(StatementRun run, StatementRequest request, InternalRow[] rows) {
    run.accept(SparkAction.keep(run.statement(), request.query(), rows, config.batch(), exchange));
    return 1;
  }

  private int collect(StatementRun run, StatementRequest request) {
    run.accept(SparkAction.collect(run.statement(), request, config.batch(), exchange));
    return 1;
  }

  private int push(StatementRun run, StatementRequest request, List<PushTarget> targets) {
    PushPlan plan =
        new PushPlan(
            run.statement().high(),
            run.statement().low(),
            0,
            targets,
            PushRight.of(signer, run.statement()),
            SparkBridge.schema(request.query()),
            config.batch());
    return SparkAction.push(
        run.statement(), request, plan, record -> accept(run, request.placement(), record));
  }

  private void accept(StatementRun run, Placement placement, AttemptRecord record) {
    if (record.totals().batches() == 0 && placement == Placement.INITIATOR) {
      exchange.commitEmpty(run.statement(), record.partition());
    }
    run.accept(record);
  }

  private void announce(StatementHandle handle, Outcome outcome) {
    try {
      cluster.board().announce(handle, outcome);
    } catch (Throwable e) { // whatever it is: without an outcome, readers would wait for ever
      LOG.warn("Statement {} fails: its outcome could not be announced", handle, e);
      exchange.decide(
          handle,
          new Outcome.Failed(
              ErrorKind.UNAVAILABLE,
              "Cannot deliver statement %s: the servers could not agree that it is complete. Execute it"
                      .formatted(handle)
                  + " again."));
    } finally {
      Threads.later(timer, OUTCOME_KEPT, "forget an outcome", () -> cluster.board().forget(handle));
    }
  }

  private int internalPort() {
    Member member = self;
    return member == null ? config.internalPort() : member.internalPort();
  }

  /** Commits in this process; for statements that no other server knows of. */
  private record CommitHere(Exchange exchange) implements Participant {
    @Override
    public void open(OpenStatement statement) {
      exchange.open(statement);
    }

    @Override
    public void commit(StatementHandle statement, List<AttemptRecord> records) {
      exchange.commit(statement, records);
    }
  }
}
