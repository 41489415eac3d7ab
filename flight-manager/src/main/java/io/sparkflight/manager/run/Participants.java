package io.sparkflight.manager.run;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.lifecycle.Closer;
import io.sparkflight.manager.FlightServerLocator;
import io.sparkflight.manager.Member;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.exchange.Participant;
import io.sparkflight.manager.exchange.RemoteParticipant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** The members as this server talks to them; owns the connections to the others. Thread-safe. */
final class Participants implements AutoCloseable {
  private static final long ALLOCATOR_LIMIT = 256L << 20;

  private final String self;
  private final Participant local;
  private final FlightServerLocator locator;
  private final Signer signer;
  private final BufferAllocator allocator = new RootAllocator(ALLOCATOR_LIMIT);
  private final Map<String, RemoteParticipant> remote = new HashMap<>();

  Participants(String self, Participant local, FlightServerLocator locator, Signer signer) {
    this.self = self;
    this.local = local;
    this.locator = locator;
    this.signer = signer;
  }

  /** This server itself. */
  Participant local() {
    return local;
  }

  /** This server, and all others that are members now. */
  List<Participant> all() {
    List<Participant> all = new ArrayList<>();
    all.add(local);
    for (Member member : locator.members()) {
      if (!member.incarnation().equals(self)) {
        all.add(remote(member));
      }
    }
    return all;
  }

  /** The way to talk to a member. */
  Participant of(Member member) {
    return member.incarnation().equals(self) ? local : remote(member);
  }

  /**
   * The way to talk to the server with this incarnation.
   *
   * @throws FlightFailure NOT_FOUND if it is not a member (any more)
   */
  Participant of(String incarnation) {
    return incarnation.equals(self) ? local : remote(incarnation);
  }

  /** The same for any server but this one. */
  RemoteParticipant remote(String incarnation) {
    return locator.members().stream()
        .filter(member -> member.incarnation().equals(incarnation))
        .findAny()
        .map(this::remote)
        .orElseThrow(
            () ->
                new FlightFailure(
                    ErrorKind.NOT_FOUND,
                    "Cannot reach the server of this ticket: it is gone, or was restarted. Execute"
                        + " the statement again."));
  }

  private synchronized RemoteParticipant remote(Member member) {
    return remote.computeIfAbsent(
        member.incarnation(), unused -> new RemoteParticipant(member, signer, allocator));
  }

  /** Closes the connections to servers that are gone. */
  synchronized void retain(Collection<Member> members) {
    Set<String> live = members.stream().map(Member::incarnation).collect(Collectors.toSet());
    remote
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !live.contains(entry.getKey());
              if (gone) {
                entry.getValue().close();
              }
              return gone;
            });
  }

  @Override
  public synchronized void close() {
    Closer closer = new Closer();
    closer.register("control allocator", allocator);
    remote.forEach((incarnation, participant) -> closer.register("connection", participant));
    remote.clear();
    closer.close();
  }
}
