package io.sparkflight.manager.run;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.DistributeMode;
import io.sparkflight.manager.FlightCluster;
import io.sparkflight.manager.JobGroup;
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
import io.sparkflight.manager.exchange.StatementFailures;
import io.sparkflight.manager.push.PushPlan;
import io.sparkflight.manager.push.PushTarget;
import io.sparkflight.manager.push.TargetRanges;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.sparkflight.DriverRows;
import org.apache.spark.sql.sparkflight.SparkBridge;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The statements that this server initiated and that still run. Thread-safe. */
final class StatementRuns implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatementRuns.class);

  /** Long enough for every member to see an outcome, its safety re-read included. */
  private static final Duration OUTCOME_KEPT = Duration.ofSeconds(30);

  private final ManagerConfig config;
  private final FlightCluster cluster;
  private final Signer signer;
  private final Exchange exchange;
  private final Participants participants;
  private final Holders holders;
  private final RunningStatements running;
  private final SharedResults shared;
  private final ExecutorService pool;
  private final Admission admission;
  private final ScheduledExecutorService timer;
  private final Subscription membership;
  private volatile @Nullable Member self;
  private volatile boolean draining;

  StatementRuns(
      ManagerConfig config,
      FlightCluster cluster,
      Signer signer,
      ManagerParts parts,
      ExecutorService pool,
      ScheduledExecutorService timer) {
    this.config = config;
    this.cluster = cluster;
    this.signer = signer;
    this.exchange = parts.exchange();
    this.participants = parts.participants();
    this.holders =
        new Holders(
            exchange.incarnation(), cluster.locator(), participants, signer, parts.disowned());
    this.running = parts.running();
    this.shared = parts.shared();
    this.pool = pool;
    this.admission = new Admission(pool, config);
    this.timer = timer;
    this.membership = cluster.locator().onChange(this::membersChanged);
  }

  /** Sets what this server is called in the cluster. */
  void self(Member member) {
    self = member;
  }

  PublishedStatement start(StatementRequest request, Schema schema, byte[] schemaFrame) {
    requireAccepting();
    Optional<DriverRows> ready = withoutJob(request);
    Placement placement = ready.isPresent() ? Placement.COLLECTED : request.placement();
    OpenStatement statement =
        new OpenStatement(
            StatementHandle.random(),
            request.owner(),
            schemaFrame,
            sequence(placement),
            exchange.incarnation(),
            request.options().retention().toMillis());
    List<ResultEndpoint> endpoints =
        switch (placement) {
          case COLLECTED, INITIATOR -> serveHere(statement, request, ready);
          case DISTRIBUTED, RANGES -> distribute(statement, request);
        };
    return new PublishedStatement(
        statement.statement(), schema, endpoints, placement == Placement.RANGES);
  }

  private Optional<DriverRows> withoutJob(StatementRequest request) {
    Optional<DriverRows> folded =
        request.placement() == Placement.COLLECTED
            ? SparkBridge.folded(request.query())
            : Optional.empty();
    return folded.isPresent() || config.distribute() == DistributeMode.ALWAYS
        ? folded
        : SparkBridge.cached(request.query(), config.inlineMaxScan());
  }

  /** Throws if this server is about to stop. */
  void requireAccepting() {
    if (draining) {
      throw StatementFailures.draining();
    }
  }

  private static OpenStatement.Sequence sequence(Placement placement) {
    return switch (placement) {
      case COLLECTED, INITIATOR -> OpenStatement.Sequence.BY_PARTITION;
      case DISTRIBUTED -> OpenStatement.Sequence.ANY;
      case RANGES -> OpenStatement.Sequence.RANGE;
    };
  }

  /** Starts nothing any more. */
  void drain() {
    draining = true;
  }

  /** Whether nothing runs. */
  boolean idle() {
    return running.isEmpty();
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

  private List<ResultEndpoint> serveHere(
      OpenStatement statement, StatementRequest request, Optional<DriverRows> ready) {
    StatementHandle handle = statement.statement();
    String own = exchange.incarnation();
    exchange.open(statement);
    StatementRun run =
        begin(
            handle,
            request,
            Map.of(own, participants.local()),
            outcome -> exchange.decide(handle, outcome));
    if (ready.isPresent()) {
      finish(run, () -> keep(run, request, ready.get()));
    } else if (request.placement() == Placement.COLLECTED) {
      admit(run, request, () -> collect(run, request));
    } else {
      admit(run, request, () -> push(run, request, List.of(pushTarget())));
    }
    return holders.endpointHere(handle, request.options());
  }

  private List<ResultEndpoint> distribute(OpenStatement statement, StatementRequest request) {
    StatementHandle handle = statement.statement();
    cluster.board().own(handle);
    List<Member> members;
    try {
      members = holders.openEverywhere(statement);
    } catch (RuntimeException e) {
      cluster.board().forget(handle);
      throw e;
    }
    Map<String, Participant> byIncarnation = new ConcurrentHashMap<>();
    members.forEach(member -> byIncarnation.put(member.incarnation(), participants.of(member)));
    StatementRun run = begin(handle, request, byIncarnation, outcome -> announce(handle, outcome));
    shared.add(handle, request.owner(), byIncarnation.values());
    // One of them may have been lost since it was opened, before anybody looked for this statement.
    running.keepOnly(cluster.locator().members());
    List<PushTarget> targets = members.stream().map(PushTarget::of).toList();
    admit(run, request, () -> push(run, request, targets));
    return request.placement() == Placement.DISTRIBUTED && request.options().inShares()
        ? holders.shares(handle, members, request.options())
        : holders.endpoints(handle, members, request.options());
  }

  private StatementRun begin(
      StatementHandle handle,
      StatementRequest request,
      Map<String, Participant> byIncarnation,
      Consumer<Outcome> announce) {
    JobGroup jobs =
        new JobGroup(
            request.query().sparkSession().sparkContext(),
            handle.toString(),
            request.text(),
            timer);
    StatementRun run =
        new StatementRun(handle, jobs, exchange.incarnation(), byIncarnation, pool, announce);
    running.add(request.owner(), run);
    return run;
  }

  /** What a statement does until its end; returns the number of partitions. */
  private interface Body {
    int run();
  }

  private void admit(StatementRun run, StatementRequest request, Body body) {
    try {
      admission.submit(request.owner(), () -> finish(run, body));
    } catch (RuntimeException e) {
      run.fail(e);
      running.remove(run.statement());
      participants.local().cancel(run.statement(), request.owner());
      throw e;
    }
  }

  private void finish(StatementRun run, Body body) {
    try {
      if (!run.ended()) {
        run.complete(body.run());
      }
    } catch (Throwable e) {
      // Spark throws in all shapes, checked exceptions that it does not declare among them. It is
      // the statement's end, whatever it is, and without one its readers would wait for ever.
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      run.fail(e);
    } finally {
      running.remove(run.statement());
    }
  }

  private int keep(StatementRun run, StatementRequest request, DriverRows ready) {
    run.accept(
        ready.read(
            rows ->
                SparkAction.keep(
                    run.statement(), request.query(), rows, config.batch(), exchange)));
    return 1;
  }

  private int collect(StatementRun run, StatementRequest request) {
    run.accept(SparkAction.collect(run.statement(), run.jobs(), request, config.batch(), exchange));
    return 1;
  }

  private int push(StatementRun run, StatementRequest request, List<PushTarget> targets) {
    StatementHandle statement = run.statement();
    PushPlan plan =
        new PushPlan(
            statement.high(),
            statement.low(),
            0,
            targets,
            null,
            PushRight.of(signer, statement),
            SparkBridge.schema(request.query()),
            config.batch(),
            request.options().compression());
    return SparkAction.push(
        run.jobs(),
        request,
        partitions ->
            request.placement() == Placement.DISTRIBUTED ? plan : inRanges(plan, partitions),
        run::accept);
  }

  /** Tells each of several servers its range before the first task may push to it. */
  private PushPlan inRanges(PushPlan plan, int partitions) {
    TargetRanges ranges = new TargetRanges(plan.targets().size(), partitions);
    for (int target = 0; target < ranges.targets(); target++) {
      participants
          .of(plan.targets().get(target).incarnation())
          .first(plan.statement(), ranges.firstOf(target));
    }
    return plan.inRanges(ranges);
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

  /** This server, as tasks find it. */
  PushTarget pushTarget() {
    Member member = self;
    return new PushTarget(
        exchange.incarnation(),
        config.internalHost(),
        member == null ? config.internalPort() : member.internalPort());
  }
}
