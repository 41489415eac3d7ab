package io.sparkflight.manager.local;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkflight.manager.Member;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who is a member of one local cluster, shared by those who look at it. */
final class LocalMembers {
  @GuardedBy("this")
  private final Map<String, Member> members = new TreeMap<>();

  @GuardedBy("this")
  private final Map<LocalCluster, Consumer<List<Member>>> views = new HashMap<>();

  synchronized List<Member> list() {
    return List.copyOf(members.values());
  }

  /** Sets where a view hears of changes; the consumer must only queue them. */
  synchronized void onChange(LocalCluster view, Consumer<List<Member>> queue) {
    views.put(view, queue);
  }

  synchronized void add(Member member) {
    members.put(member.incarnation(), member);
    tell();
  }

  synchronized void remove(LocalCluster view, @Nullable Member member) {
    views.remove(view);
    if (member != null && members.remove(member.incarnation()) != null) {
      tell();
    }
  }

  @GuardedBy("this")
  private void tell() {
    List<Member> now = List.copyOf(members.values());
    views.values().forEach(queue -> queue.accept(now));
  }
}
