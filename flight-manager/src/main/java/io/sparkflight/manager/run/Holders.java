package io.sparkflight.manager.run;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.FlightServerLocator;
import io.sparkflight.manager.Member;
import io.sparkflight.manager.ResultEndpoint;
import io.sparkflight.manager.ResultOptions;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.exchange.OpenStatement;
import io.sparkflight.manager.exchange.Ticket;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the servers that keep the rows of a statement, and tells clients where to read them. */
final class Holders {
  private static final Logger LOG = LoggerFactory.getLogger(Holders.class);

  private final String self;
  private final FlightServerLocator locator;
  private final Participants participants;
  private final Signer signer;
  private final DisownedParts disowned;

  Holders(
      String self,
      FlightServerLocator locator,
      Participants participants,
      Signer signer,
      DisownedParts disowned) {
    this.self = self;
    this.locator = locator;
    this.participants = participants;
    this.signer = signer;
    this.disowned = disowned;
  }

  /** Opens the statement on every live member; one that does not answer takes no part. */
  List<Member> openEverywhere(OpenStatement statement) {
    List<Member> members = locator.members().stream().filter(member -> !member.draining()).toList();
    List<Member> opened = new ArrayList<>();
    for (Member member : members) {
      try {
        participants.of(member).open(statement);
        opened.add(member);
      } catch (FlightFailure e) {
        LOG.warn("Statement {} goes without server {}", statement.statement(), member, e);
        disowned.add(statement.statement(), participants.of(member));
      }
    }
    if (opened.stream().noneMatch(member -> member.incarnation().equals(self))) {
      throw new FlightFailure(
          ErrorKind.UNAVAILABLE,
          "Cannot run the statement on this server: it is not a member of the cluster now. Use another"
              + " server, or try again.");
    }
    return opened;
  }

  /** The endpoint of a statement that is kept here alone. */
  List<ResultEndpoint> endpointHere(StatementHandle statement, ResultOptions options) {
    return List.of(endpoint(Ticket.whole(statement, self, self), List.of(), options));
  }

  /** The endpoints of a statement with parts on several servers, in their order. */
  List<ResultEndpoint> endpoints(
      StatementHandle statement, List<Member> holders, ResultOptions options) {
    return holders.stream()
        .map(
            member ->
                endpoint(whole(statement, member), locations(member, holders, options), options))
        .toList();
  }

  /**
   * The endpoints of a statement with parts on several servers, in any order: for each server, as
   * many as the client wants, next to each other. This server comes first, because it may have all
   * rows: who reads the others first would wait for them until the statement has ended.
   */
  List<ResultEndpoint> shares(
      StatementHandle statement, List<Member> holders, ResultOptions options) {
    return holders.stream()
        .sorted(Comparator.comparing(member -> !member.incarnation().equals(self)))
        .flatMap(
            member ->
                IntStream.range(0, options.streams())
                    .mapToObj(share -> whole(statement, member).share(share, options.streams()))
                    .map(ticket -> endpoint(ticket, locations(member, holders, options), options)))
        .toList();
  }

  private Ticket whole(StatementHandle statement, Member holder) {
    return Ticket.whole(statement, holder.incarnation(), self);
  }

  private static List<URI> locations(Member holder, List<Member> all, ResultOptions options) {
    return all.size() == 1 || options.locations() == ResultOptions.Locations.PROXIED
        ? List.of()
        : List.of(holder.location());
  }

  private ResultEndpoint endpoint(Ticket ticket, List<URI> locations, ResultOptions options) {
    Optional<Instant> expires =
        options.retention().isZero()
            ? Optional.empty()
            : Optional.of(Instant.now().plus(options.retention()));
    return new ResultEndpoint(ticket.encode(signer), locations, expires);
  }
}
