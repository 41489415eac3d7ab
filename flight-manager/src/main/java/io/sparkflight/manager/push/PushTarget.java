package io.sparkflight.manager.push;

import io.sparkflight.manager.Member;
import java.io.Serializable;

/** A server that takes rows of a statement, as a task sees it. */
public record PushTarget(String incarnation, String host, int port) implements Serializable {
  public static PushTarget of(Member member) {
    return new PushTarget(member.incarnation(), member.internalHost(), member.internalPort());
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
