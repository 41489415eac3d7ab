package io.sparkflight.manager;

import java.time.Duration;
import java.util.Map;
import org.apache.spark.sql.types.StructType;

/**
 * Uploads that got a name in a group, wherever in the cluster they lie. A group that nobody renews
 * is freed, and so is what lies on a server that stops.
 */
public interface UploadGroups {

  /**
   * Exactly these uploads of a group, to be read as one. While it is open, the group is renewed;
   * closing it frees nothing.
   *
   * @param rows how many rows each of them has, by name
   * @param columns of each of them
   * @throws io.sparkflight.error.FlightFailure NOT_FOUND if one of them lies nowhere, UNAVAILABLE
   *     if that cannot be told, INVALID if one has other rows or columns
   */
  UploadedRows gather(StatementHandle group, Map<String, Long> rows, StructType columns);

  /**
   * Keeps what is there of a group for its whole time again.
   *
   * @return for how long it is kept from now on
   */
  Duration renew(StatementHandle group);

  /** Frees what is there of a group; what cannot be reached now is freed when its time is over. */
  void free(StatementHandle group);
}
