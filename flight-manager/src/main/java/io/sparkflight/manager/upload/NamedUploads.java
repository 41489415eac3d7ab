package io.sparkflight.manager.upload;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.exchange.Exchange;
import io.sparkflight.manager.exchange.NamedUpload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The uploads of this server that have a name, by group. A group that nobody asks for, adds to or
 * renews is freed after some time. Thread-safe.
 *
 * <p>Memory: besides its rows, each upload costs some memory that the exchange does not count, even
 * without rows. All together have a bound, of which one user gets half.
 */
public final class NamedUploads {
  private static final Logger LOG = LoggerFactory.getLogger(NamedUploads.class);

  /** About what an upload without rows takes. */
  private static final long OF_UPLOAD = 1 << 10;

  /** About what the exchange notes of each of its parts. */
  private static final long OF_PART = 2 << 10;

  /** Room for some thousands, however small the memory for rows is. */
  private static final long LEAST_ROOM = 16L << 20;

  private final Duration kept;
  private final long room;
  private final Map<StatementHandle, Group> groups = new HashMap<>();
  private final Map<String, Long> used = new HashMap<>();

  /**
   * @param kept for how long a group stays that nobody renews
   * @param room bytes for all that is noted of uploads
   */
  NamedUploads(Duration kept, long room) {
    this.kept = kept;
    this.room = room;
  }

  /** Those of a server, which may take a quarter of what its exchange may. */
  public static NamedUploads of(Exchange exchange) {
    return new NamedUploads(
        exchange.idleTimeout(), Math.max(LEAST_ROOM, exchange.memoryLimit() / 4));
  }

  /**
   * One that belongs to nobody else any more.
   *
   * @param told what the others are told of it
   * @param parts where its rows lie
   * @param owner whose it is
   * @param more bytes that it takes besides
   */
  record Kept(NamedUpload told, List<PartStore.Part> parts, String owner, long more) {
    long bytes() {
      return OF_UPLOAD + OF_PART * parts.size() + more;
    }

    /** One whose rows are gone must not keep the others from being kept. */
    void renew() {
      try {
        parts.forEach(PartStore.Part::renew);
      } catch (FlightFailure e) {
        LOG.warn("The rows of part {} are gone; whoever commits it is told so", told.name(), e);
      }
    }

    void free() {
      parts.forEach(PartStore.Part::free);
    }
  }

  /** Guarded by the lock of its owner. */
  private static final class Group {
    final String columns;
    final Map<String, Kept> uploads = new LinkedHashMap<>();
    long renewed = System.nanoTime();

    Group(String columns) {
      this.columns = columns;
    }
  }

  /**
   * Takes an upload, which nobody adds to any more.
   *
   * @param columns their names and types, as Spark writes them in JSON
   */
  synchronized void add(StatementHandle group, String columns, Kept upload) {
    String name = upload.told().name();
    Group known = groups.get(group);
    Group found = known == null ? new Group(columns) : known;
    if (found.uploads.containsKey(name)) {
      throw new FlightFailure(
          ErrorKind.EXISTS,
          "Cannot keep part %s: there is one of this name, which stays as it is. Use another name for what is sent again."
              .formatted(name));
    }
    if (!found.columns.equals(columns)) {
      throw new FlightFailure(
          ErrorKind.INVALID,
          "Cannot keep part %s: its columns are %s, and those of the ingest's other parts are %s. Send the same columns in all parts."
              .formatted(name, ddl(columns), ddl(found.columns)));
    }
    take(upload, known == null ? columns.length() : 0);
    groups.put(group, found);
    found.uploads.put(name, upload);
    found.renewed = System.nanoTime();
  }

  private static String ddl(String columns) {
    return ((StructType) DataType.fromJson(columns)).toDDL();
  }

  private void take(Kept upload, long more) {
    long wanted = upload.bytes() + more;
    long own = used.getOrDefault(upload.owner(), 0L);
    long all = used.values().stream().mapToLong(Long::longValue).sum();
    if (own + wanted > room / 2 || all + wanted > room) {
      throw new FlightFailure(
          ErrorKind.RESOURCES,
          "Cannot keep part %s: what this server notes of the parts that it keeps may take %d bytes, half of it for one user, and has %d, %d for this one. Commit or discard others first, or send fewer and larger parts."
              .formatted(upload.told().name(), room, all, own));
    }
    used.put(upload.owner(), own + wanted);
  }

  /** The room of a group that is not there any more. */
  private void give(Group group) {
    long more = group.columns.length(); // which its first upload has paid
    for (Kept upload : group.uploads.values()) {
      long bytes = upload.bytes() + more;
      more = 0;
      used.computeIfPresent(
          upload.owner(), (owner, own) -> own - bytes == 0 ? null : Long.valueOf(own - bytes));
    }
  }

  /** What is there of a group, which is renewed by this. */
  public synchronized NamedUpload.Group of(StatementHandle group) {
    renew(group);
    Group found = groups.get(group);
    return found == null
        ? NamedUpload.Group.NONE
        : new NamedUpload.Group(
            found.columns, found.uploads.values().stream().map(Kept::told).toList());
  }

  /** Keeps a group for its whole time again. */
  public synchronized void renew(StatementHandle group) {
    Group found = groups.get(group);
    if (found != null) {
      found.renewed = System.nanoTime();
    }
  }

  /** Frees a group, if it is there. */
  public void free(StatementHandle group) {
    List<Kept> freed;
    synchronized (this) {
      Group found = groups.remove(group);
      freed = found == null ? List.of() : List.copyOf(found.uploads.values());
      if (found != null) {
        give(found);
      }
    }
    freed.forEach(Kept::free);
  }

  /** For how long a group is kept that nobody renews. */
  public Duration kept() {
    return kept;
  }

  /** Keeps the rows of all groups that are here, which have a time of their own. */
  void renew() {
    List<Kept> all = new ArrayList<>();
    synchronized (this) {
      groups.values().forEach(group -> all.addAll(group.uploads.values()));
    }
    all.forEach(Kept::renew);
  }

  /** Frees what nobody has renewed for too long. */
  void expire() {
    List<Kept> freed = new ArrayList<>();
    synchronized (this) {
      Iterator<Group> all = groups.values().iterator();
      while (all.hasNext()) {
        Group group = all.next();
        if (System.nanoTime() - group.renewed > kept.toNanos()) {
          all.remove();
          freed.addAll(group.uploads.values());
          give(group);
        }
      }
    }
    if (!freed.isEmpty()) {
      LOG.info("Freed {} parts of ingests that nobody has renewed for {}", freed.size(), kept);
    }
    freed.forEach(Kept::free);
  }

  /** Frees all. */
  void close() {
    List<StatementHandle> all;
    synchronized (this) {
      all = List.copyOf(groups.keySet());
    }
    all.forEach(this::free);
  }
}
