package io.sparkflight.manager.run;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.UploadGroups;
import io.sparkflight.manager.UploadedRows;
import io.sparkflight.manager.exchange.NamedUpload;
import io.sparkflight.manager.exchange.Participant;
import io.sparkflight.manager.upload.GatheredUpload;
import io.sparkflight.manager.upload.NamedUploads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The named uploads of the whole cluster, as one server asks for them: a client behind a load
 * balancer brings each of them to any server.
 *
 * <p>Concurrency: thread-safe. All servers are asked at once, each by a thread of a pool, so that
 * one that does not answer keeps no other waiting.
 */
final class SharedUploads implements UploadGroups, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SharedUploads.class);

  private final Participants participants;
  private final NamedUploads named;
  private final Queue<StatementHandle> gathered = new ConcurrentLinkedQueue<>();

  /** Those that have not answered yet to what they were asked at intervals. */
  private final Set<Participant> pending = ConcurrentHashMap.newKeySet();

  private final ExecutorService pool = Threads.pool("flight-shared-uploads");
  private final ScheduledExecutorService timer = Threads.timer("flight-shared-uploads-timer");

  private SharedUploads(Participants participants, NamedUploads named) {
    this.participants = participants;
    this.named = named;
  }

  /** Begins to renew, at intervals, what is gathered. */
  static SharedUploads start(Duration interval, Participants participants, NamedUploads named) {
    SharedUploads uploads = new SharedUploads(participants, named);
    Threads.every(uploads.timer, interval, "renew gathered uploads", uploads::renewGathered);
    return uploads;
  }

  @Override
  public UploadedRows gather(StatementHandle group, Map<String, Long> rows, StructType columns) {
    gathered.add(group); // one server may answer long before another
    try {
      Answers<NamedUpload.Group> answers = ask(group, each -> each.uploads(group));
      UploadChoice choice = new UploadChoice(answers.all(), columns, answers.silent());
      List<NamedUpload> chosen = new ArrayList<>();
      rows.forEach((name, count) -> chosen.add(choice.of(name, count)));
      return new GatheredUpload(chosen, columns, () -> gathered.remove(group));
    } catch (Throwable e) {
      gathered.remove(group);
      throw e;
    }
  }

  @Override
  public Duration renew(StatementHandle group) {
    tell(group, each -> each.renewUploads(group));
    return named.kept();
  }

  @Override
  public void free(StatementHandle group) {
    tell(group, each -> each.freeUploads(group));
  }

  /**
   * What servers say.
   *
   * @param all of those that answer
   * @param silent the failure of one that does not
   */
  private record Answers<T>(List<T> all, @Nullable FlightFailure silent) {}

  private void tell(StatementHandle group, Consumer<Participant> what) {
    var unused =
        ask(
            group,
            each -> {
              what.accept(each);
              return each;
            });
  }

  /** Asks every server. One that was restarted has nothing, and so is none that does not answer. */
  private <T> Answers<T> ask(StatementHandle group, Function<Participant, T> question) {
    Queue<T> all = new ConcurrentLinkedQueue<>();
    AtomicReference<@Nullable FlightFailure> silent = new AtomicReference<>();
    CompletableFuture<?>[] asked =
        participants.all().stream()
            .map(
                each ->
                    CompletableFuture.runAsync(
                        () -> {
                          try {
                            all.add(question.apply(each));
                          } catch (FlightFailure e) { // what lies there is freed in its time
                            LOG.warn("A server does not answer for ingest {}", group, e);
                            if (e.kind() != ErrorKind.NOT_FOUND) {
                              silent.set(e);
                            }
                          }
                        },
                        pool))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(asked).join();
    return new Answers<>(List.copyOf(all), silent.get());
  }

  /** One that has not answered yet is not asked again. */
  private void renewGathered() {
    Set<StatementHandle> groups = Set.copyOf(gathered);
    if (groups.isEmpty()) {
      return;
    }
    for (Participant each : participants.all()) {
      if (pending.add(each)) {
        pool.execute(() -> renew(groups, each));
      }
    }
  }

  private void renew(Set<StatementHandle> groups, Participant server) {
    try {
      groups.forEach(server::renewUploads);
    } catch (FlightFailure e) { // whoever reads what lies there is told if it is gone
      LOG.warn("A server does not renew the parts of {} ingests", groups.size(), e);
    } finally {
      pending.remove(server);
    }
  }

  /** Those that this server keeps. */
  NamedUploads named() {
    return named;
  }

  /** Whether nobody writes what was gathered. */
  boolean none() {
    return gathered.isEmpty();
  }

  @Override
  public void close() {
    Threads.stop(timer);
    Threads.stop(pool);
  }
}
