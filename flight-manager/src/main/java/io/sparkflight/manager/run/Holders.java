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
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the servers that keep the rows of a statement, and tells clients where to read them. */
final class Holders {
  private static final Logger LOG = LoggerFactory.getLogger(Holders.class);

  private final String self;
  private final FlightServerLocator locator;
  private final Participants participants;
  private final Signer signer;

  Holders(String self, FlightServerLocator locator, Participants participants, Signer signer) {
    this.self = self;
    this.locator = locator;
    this.participants = participants;
    this.signer = signer;
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
    return List.of(endpoint(statement, self, List.of(), options));
  }

  /** The endpoints of a statement with parts on several servers, in their order. */
  List<ResultEndpoint> endpoints(
      StatementHandle statement, List<Member> holders, ResultOptions options) {
    boolean onThisConnection =
        holders.size() == 1 || options.locations() == ResultOptions.Locations.PROXIED;
    return holders.stream()
        .map(
            member ->
                endpoint(
                    statement,
                    member.incarnation(),
                    onThisConnection ? List.of() : List.of(member.location()),
                    options))
        .toList();
  }

  private ResultEndpoint endpoint(
      StatementHandle statement, String holder, List<URI> locations, ResultOptions options) {
    Optional<Instant> expires =
        options.retention().isZero()
            ? Optional.empty()
            : Optional.of(Instant.now().plus(options.retention()));
    return new ResultEndpoint(
        new Ticket(statement, holder, self).encode(signer), locations, expires);
  }
}
