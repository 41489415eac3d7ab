package io.sparkflight.relay;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;

/** One direction of one relayed connection, as a {@link Behaviour} sees it. */
public interface Hop {
  /** Hands bytes on; after a cut they are dropped. */
  void write(byte[] bytes, int from, int length) throws IOException;

  /** Waits so long, unless the relay gets another behaviour before or the connection ends. */
  void pause(Duration time) throws IOException;

  /** Waits for the relay to get another behaviour in this direction, and returns it. */
  Behaviour awaitOther() throws IOException;

  /** Where a behaviour takes its chances from. */
  Random random();

  /** Ends the connection as a crashed host does: both ends get a reset. */
  void reset() throws IOException;

  /** Ends the connection as an orderly host does: both ends get an end of stream. */
  void cut() throws IOException;
}
