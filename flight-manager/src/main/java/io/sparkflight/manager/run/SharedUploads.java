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
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The named uploads of the whole cluster, as one server asks for them: a client behind a load
 * balancer brings each of them to any server. Thread-safe; what is gathered is renewed by a thread
 * of its own, because other servers are asked.
 */
final class SharedUploads implements UploadGroups, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SharedUploads.class);

  private final Participants participants;
  private final NamedUploads named;
  private final Queue<StatementHandle> gathered = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService timer = Threads.timer("flight-shared-uploads");

  private SharedUploads(Participants participants, NamedUploads named) {
    this.participants = participants;
    this.named = named;
  }

  /** Begins to renew, at intervals, what is gathered. */
  static SharedUploads start(Duration interval, Participants participants, NamedUploads named) {
    SharedUploads uploads = new SharedUploads(participants, named);
    Threads.every(
        uploads.timer,
        interval,
        "renew gathered uploads",
        () -> uploads.gathered.forEach(uploads::renew));
    return uploads;
  }

  @Override
  public UploadedRows gather(StatementHandle group, Map<String, Long> rows, StructType columns) {
    List<NamedUpload> found = new ArrayList<>();
    FlightFailure silent = ask(group, each -> found.addAll(each.uploads(group)));
    List<NamedUpload> chosen = new ArrayList<>();
    rows.forEach((name, count) -> chosen.add(choose(name, count, columns, found, silent)));
    gathered.add(group);
    return new GatheredUpload(chosen, columns, () -> gathered.remove(group));
  }

  private static NamedUpload choose(
      String name,
      long rows,
      StructType columns,
      List<NamedUpload> found,
      @Nullable FlightFailure silent) {
    List<NamedUpload> same = found.stream().filter(each -> each.name().equals(name)).toList();
    if (same.isEmpty()) {
      throw missing(name, silent);
    }
    NamedUpload only = same.get(0);
    if (same.size() > 1) {
      throw refused(
          "Cannot take part %s: %d servers have one of this name. Use a name of its own for each upload."
              .formatted(name, same.size()));
    }
    if (only.rows() != rows) {
      throw refused(
          "Cannot take part %s: it has %d rows, and %d are told. Tell what its upload was answered with."
              .formatted(name, only.rows(), rows));
    }
    StructType own = (StructType) DataType.fromJson(only.columns());
    if (!own.equals(columns)) {
      throw refused(
          "Cannot take part %s: its columns are %s, and %s are told. Send the same columns in all parts."
              .formatted(name, own.toDDL(), columns.toDDL()));
    }
    return only;
  }

  private static FlightFailure refused(String sentence) {
    return new FlightFailure(ErrorKind.INVALID, sentence);
  }

  private static FlightFailure missing(String name, @Nullable FlightFailure silent) {
    return silent == null
        ? new FlightFailure(
            ErrorKind.NOT_FOUND,
            "Cannot take part %s: no server has it; it was never sent, has been discarded, was not renewed in time, or its server was stopped. Send all rows again, under another id."
                .formatted(name))
        : new FlightFailure(
            ErrorKind.UNAVAILABLE,
            "Cannot take part %s: no server that answers has it, and one does not: %s Try again."
                .formatted(name, silent.sentence()),
            silent);
  }

  @Override
  public Duration renew(StatementHandle group) {
    var unused = ask(group, each -> each.renewUploads(group));
    return named.kept();
  }

  @Override
  public void free(StatementHandle group) {
    var unused = ask(group, each -> each.freeUploads(group));
  }

  /** Asks every server; the failure of one that does not answer, or null. */
  private @Nullable FlightFailure ask(StatementHandle group, Consumer<Participant> question) {
    FlightFailure silent = null;
    for (Participant each : participants.all()) {
      try {
        question.accept(each);
      } catch (FlightFailure e) { // what lies there is freed when its time is over
        LOG.warn("A server does not answer for the parts of ingest {}", group, e);
        silent = e;
      }
    }
    return silent;
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
  }
}
