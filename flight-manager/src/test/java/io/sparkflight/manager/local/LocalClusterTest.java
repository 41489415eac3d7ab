package io.sparkflight.manager.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.manager.FlightCluster;
import io.sparkflight.manager.FlightClusterContract;
import io.sparkflight.manager.StatementHandle;
import org.junit.jupiter.api.Test;

class LocalClusterTest extends FlightClusterContract {
  private final LocalCluster cluster = new LocalCluster();

  @Override
  protected FlightCluster open() {
    return cluster.peer();
  }

  @Test
  void twoClustersShareNothing() {
    try (LocalCluster stranger = new LocalCluster()) {
      FlightCluster owner = peer();
      owner.join(member("aa"));
      StatementHandle statement = StatementHandle.random();
      owner.board().own(statement);
      owner.board().announce(statement, COMPLETE);
      assertThat(stranger.locator().members()).isEmpty();
      awaitLost(watched(stranger, statement));
    }
  }
}
