package io.sparkflight.manager.push;

import io.sparkflight.manager.exchange.Exchange;
import java.util.List;

/**
 * Picks the server for a partition: one in this process, else one on this host, else any. Among
 * equals the partition's number decides, which spreads a result evenly and sends a retry to the
 * server that had the first try. A plan with ranges leaves no choice.
 */
final class TargetChoice {
  private TargetChoice() {}

  static PushTarget choose(PushPlan plan, String ownHost, int partition) {
    List<PushTarget> targets = plan.targets();
    TargetRanges ranges = plan.ranges();
    if (ranges != null) {
      return targets.get(ranges.targetOf(partition));
    }
    List<PushTarget> inProcess =
        targets.stream()
            .filter(target -> Exchange.inProcess(target.incarnation()) != null)
            .toList();
    List<PushTarget> onHost =
        targets.stream().filter(target -> target.host().equals(ownHost)).toList();
    List<PushTarget> nearest =
        !inProcess.isEmpty() ? inProcess : onHost.isEmpty() ? targets : onHost;
    return nearest.get(Math.floorMod(partition, nearest.size()));
  }
}
