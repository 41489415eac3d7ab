package io.sparkflight.manager.upload;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.exchange.NamedUpload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The uploads of this server that have a name, by group. A group that nobody asks for, adds to or
 * renews is freed after some time. Thread-safe.
 */
public final class NamedUploads {
  private static final Logger LOG = LoggerFactory.getLogger(NamedUploads.class);

  /** So many at most: each costs some memory that no budget counts, even without rows. */
  private static final int MOST = 100_000;

  private final Duration kept;
  private final Map<StatementHandle, Group> groups = new HashMap<>();
  private int count;

  /** Keeps a group that nobody renews for this time. */
  public NamedUploads(Duration kept) {
    this.kept = kept;
  }

  /**
   * One that belongs to nobody else any more.
   *
   * @param told what the others are told of it
   * @param parts where its rows lie
   */
  record Kept(NamedUpload told, List<PartStore.Part> parts) {
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
    final Map<String, Kept> uploads = new LinkedHashMap<>();
    long renewed = System.nanoTime();
  }

  /** Takes an upload, which nobody adds to any more. */
  synchronized void add(StatementHandle group, Kept upload) {
    String name = upload.told().name();
    if (count >= MOST) {
      throw new FlightFailure(
          ErrorKind.RESOURCES,
          "Cannot keep part %s: this server keeps %d already. Commit or discard others first."
              .formatted(name, MOST));
    }
    Group found = groups.computeIfAbsent(group, unused -> new Group());
    if (found.uploads.putIfAbsent(name, upload) != null) {
      throw new FlightFailure(
          ErrorKind.EXISTS,
          "Cannot keep part %s: there is one of this name, which stays as it is. Use another name for what is sent again."
              .formatted(name));
    }
    found.renewed = System.nanoTime();
    count++;
  }

  /** What is there of a group, which is renewed by this. */
  public synchronized List<NamedUpload> of(StatementHandle group) {
    renew(group);
    Group found = groups.get(group);
    return found == null ? List.of() : found.uploads.values().stream().map(Kept::told).toList();
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
      count -= freed.size();
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
          count -= group.uploads.size();
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
