package io.sparkflight.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkflight.error.ErrorKind;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every {@link FlightCluster} promises. */
public abstract class FlightClusterContract {
  protected static final Outcome COMPLETE =
      new Outcome.Complete(Map.of("aa", new Digest(3, 1_000, 64_000, Long.MIN_VALUE + 7)));
  protected static final Outcome FAILED =
      new Outcome.Failed(ErrorKind.CANCELLED, "Statement “x” was \"cancelled\"\nby ann.");

  private final List<FlightCluster> opened = new ArrayList<>();

  /** One more view of the cluster of this test, as another server has it. */
  protected abstract FlightCluster open();

  protected final FlightCluster peer() {
    FlightCluster cluster = open();
    opened.add(cluster);
    return cluster;
  }

  @AfterEach
  final void closePeers() {
    opened.forEach(FlightCluster::close);
  }

  protected static Member member(String incarnation) {
    return new Member(
        incarnation, URI.create("grpc://127.0.0.1:32010"), "127.0.0.1", 4_000, "0.1.0", false);
  }

  /** Somewhere to see what a listener was told. */
  protected static ConcurrentLinkedQueue<Outcome> watched(
      FlightCluster cluster, StatementHandle statement) {
    ConcurrentLinkedQueue<Outcome> told = new ConcurrentLinkedQueue<>();
    Subscription unused = cluster.board().watch(statement, told::add);
    return told;
  }

  protected static void awaitLost(ConcurrentLinkedQueue<Outcome> told) {
    await("the loss").atMost(Duration.ofSeconds(30)).until(() -> !told.isEmpty());
    assertThat(told)
        .singleElement()
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
              assertThat(failed.message()).contains("initiating server was lost");
            });
  }

  @Test
  void aMemberSeesItselfOnceItHasJoined() {
    FlightCluster one = peer();
    assertThat(one.locator().members()).isEmpty();
    one.join(member("aa"));
    assertThat(one.locator().members()).containsExactly(member("aa"));
  }

  @Test
  void membersSeeEachOtherSortedByIncarnation() {
    FlightCluster one = peer();
    FlightCluster two = peer();
    one.join(member("bb"));
    two.join(member("aa"));
    await("both members")
        .untilAsserted(
            () ->
                assertThat(one.locator().members())
                    .containsExactly(member("aa"), member("bb"))
                    .isEqualTo(two.locator().members()));
  }

  @Test
  void allSeeThatAMemberTakesNoNewStatements() {
    FlightCluster one = peer();
    FlightCluster two = peer();
    one.join(member("aa"));
    two.join(member("bb"));
    one.drain();
    for (FlightCluster each : List.of(one, two)) {
      await("the news")
          .untilAsserted(
              () ->
                  assertThat(each.locator().members())
                      .containsExactly(member("aa").asDraining(), member("bb")));
    }
  }

  @Test
  void aListenerHearsOfWhoComesAndGoes() {
    FlightCluster one = peer();
    List<List<Member>> told = new CopyOnWriteArrayList<>();
    Subscription subscription = one.locator().onChange(told::add);
    one.join(member("aa"));
    FlightCluster two = peer();
    two.join(member("bb"));
    await("two").until(() -> told.contains(List.of(member("aa"), member("bb"))));
    two.close();
    await("one")
        .until(() -> told.size() > 2 && told.get(told.size() - 1).equals(List.of(member("aa"))));
    subscription.close();
    int before = told.size();
    peer().join(member("cc"));
    await("the third").until(() -> one.locator().members().size() == 2);
    assertThat(told).hasSize(before);
  }

  @Test
  void aListenerThatFailsDoesNotStopTheOthers() {
    FlightCluster one = peer();
    Subscription unused =
        one.locator()
            .onChange(
                members -> {
                  throw new IllegalStateException("a listener with a fault");
                });
    List<List<Member>> told = new CopyOnWriteArrayList<>();
    Subscription unusedToo = one.locator().onChange(told::add);
    one.join(member("aa"));
    await("the news").until(() -> told.equals(List.of(List.of(member("aa")))));
  }

  @Test
  void everybodyLearnsTheOutcomeOnce() {
    FlightCluster owner = peer();
    FlightCluster other = peer();
    StatementHandle statement = StatementHandle.random();
    owner.board().own(statement);
    var here = watched(owner, statement);
    var there = watched(other, statement);
    var thereToo = watched(other, statement);
    owner.board().announce(statement, COMPLETE);
    await("the outcome")
        .untilAsserted(
            () -> {
              assertThat(here).containsExactly(COMPLETE);
              assertThat(there).containsExactly(COMPLETE);
              assertThat(thereToo).containsExactly(COMPLETE);
            });
    owner.board().forget(statement);
    owner.close();
    assertThat(there).containsExactly(COMPLETE);
  }

  @Test
  void whoWatchesLateLearnsTheOutcome() {
    FlightCluster owner = peer();
    StatementHandle statement = StatementHandle.random();
    owner.board().own(statement);
    owner.board().announce(statement, FAILED);
    var told = watched(peer(), statement);
    await("the outcome").untilAsserted(() -> assertThat(told).containsExactly(FAILED));
  }

  @Test
  void aClosedSubscriptionHearsNothing() {
    FlightCluster owner = peer();
    FlightCluster other = peer();
    StatementHandle statement = StatementHandle.random();
    owner.board().own(statement);
    var ended = new ConcurrentLinkedQueue<Outcome>();
    other.board().watch(statement, ended::add).close();
    var told = watched(other, statement);
    owner.board().announce(statement, COMPLETE);
    await("the outcome").until(() -> !told.isEmpty());
    assertThat(ended).isEmpty();
  }

  @Test
  void theLossOfTheOwnerIsTold() {
    FlightCluster owner = peer();
    FlightCluster other = peer();
    StatementHandle statement = StatementHandle.random();
    owner.board().own(statement);
    var told = watched(other, statement);
    owner.close();
    awaitLost(told);
  }

  @Test
  void whatNobodyOwnsIsLost() {
    awaitLost(watched(peer(), StatementHandle.random()));
  }

  @Test
  void onlyTheOwnerAnnounces() {
    FlightCluster owner = peer();
    FlightCluster other = peer();
    StatementHandle statement = StatementHandle.random();
    owner.board().own(statement);
    assertThatThrownBy(() -> other.board().announce(statement, COMPLETE))
        .isInstanceOf(RejectedAnnouncementException.class)
        .hasMessageContaining(statement.toString());
    other.board().forget(statement);
    owner.board().announce(statement, COMPLETE);
    var told = watched(other, statement);
    await("the outcome").untilAsserted(() -> assertThat(told).containsExactly(COMPLETE));
  }

  @Test
  void aHandleHasOneOwner() {
    FlightCluster owner = peer();
    StatementHandle statement = StatementHandle.random();
    owner.board().own(statement);
    for (FlightCluster cluster : List.of(owner, peer())) {
      assertThatThrownBy(() -> cluster.board().own(statement)).hasMessageContaining("in use");
    }
    owner.board().announce(statement, COMPLETE);
  }

  @Test
  void thereIsOneAnnouncement() {
    FlightCluster owner = peer();
    StatementHandle statement = StatementHandle.random();
    owner.board().own(statement);
    owner.board().announce(statement, COMPLETE);
    assertThatThrownBy(() -> owner.board().announce(statement, FAILED))
        .isInstanceOf(RejectedAnnouncementException.class);
    var told = watched(peer(), statement);
    await("the outcome").untilAsserted(() -> assertThat(told).containsExactly(COMPLETE));
  }

  @Test
  void aForgottenStatementCannotBeAnnounced() {
    FlightCluster owner = peer();
    FlightCluster other = peer();
    StatementHandle statement = StatementHandle.random();
    owner.board().own(statement);
    var told = watched(other, statement);
    owner.board().forget(statement);
    owner.board().forget(statement);
    awaitLost(told);
    assertThatThrownBy(() -> owner.board().announce(statement, COMPLETE))
        .isInstanceOf(RejectedAnnouncementException.class);
  }

  @Test
  void closeIsIdempotent() {
    FlightCluster cluster = peer();
    cluster.join(member("aa"));
    cluster.close();
    assertThatCode(cluster::close).doesNotThrowAnyException();
  }
}
