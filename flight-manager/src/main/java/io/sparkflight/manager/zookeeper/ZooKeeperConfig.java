package io.sparkflight.manager.zookeeper;

import io.sparkflight.config.ConfigKey;
import io.sparkflight.config.ConfigSource;
import java.time.Duration;
import java.util.List;
import org.apache.curator.utils.PathUtils;

/**
 * Which ZooKeeper the servers meet at, and how long they wait for it.
 *
 * @param url the connection string
 * @param membershipPath the node below which this cluster keeps everything
 * @param sessionTimeout how long a server may be silent before it counts as lost
 * @param connectTimeout how long a start waits for ZooKeeper
 */
public record ZooKeeperConfig(
    String url, String membershipPath, Duration sessionTimeout, Duration connectTimeout) {

  public static final ConfigKey<String> URL =
      ConfigKey.text(
          "spark.flight.manager.zookeeper.url",
          "localhost:2181",
          "0.1.0",
          "The ZooKeeper servers, `host:port` separated by commas, with an optional `/path` at the end"
              + " that must exist.");

  public static final ConfigKey<String> MEMBERSHIP_PATH =
      ConfigKey.text(
          "spark.flight.manager.zookeeper.membershipPath",
          "/spark-flight-sql",
          "0.1.0",
          "The node below which the servers of one cluster meet; each cluster needs its own.");

  public static final ConfigKey<Duration> SESSION_TIMEOUT =
      ConfigKey.duration(
          "spark.flight.manager.zookeeper.session-timeout",
          "1s",
          "6s",
          "0.1.0",
          "How long a server may be silent before the others take it for lost and its statements for"
              + " failed. ZooKeeper itself bounds it to 2…20 of its ticks.");

  public static final ConfigKey<Duration> CONNECT_TIMEOUT =
      ConfigKey.duration(
          "spark.flight.manager.zookeeper.connect-timeout",
          "100ms",
          "10s",
          "0.1.0",
          "How long a start waits for ZooKeeper before it gives up.");

  /** Every key that this record reads. */
  public static final List<ConfigKey<?>> KEYS =
      List.of(URL, MEMBERSHIP_PATH, SESSION_TIMEOUT, CONNECT_TIMEOUT);

  public static ZooKeeperConfig from(ConfigSource source) {
    String path = source.get(MEMBERSHIP_PATH);
    try {
      if (PathUtils.validatePath(path).equals("/")) {
        source.reject("%s is the root; name a node below it".formatted(MEMBERSHIP_PATH.name()));
      }
    } catch (IllegalArgumentException e) {
      source.reject(
          "%s is not a path such as %s: %s"
              .formatted(MEMBERSHIP_PATH.name(), MEMBERSHIP_PATH.defaultText(), e.getMessage()));
    }
    return new ZooKeeperConfig(
        source.get(URL), path, source.get(SESSION_TIMEOUT), source.get(CONNECT_TIMEOUT));
  }
}
