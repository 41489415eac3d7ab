package io.sparkflight.datasource.read;

import java.net.URI;
import java.util.List;
import org.apache.spark.sql.connector.read.InputPartition;

/**
 * One endpoint of an executed query.
 *
 * @param number from 0
 * @param ticket to read it
 * @param locations where it can be read, at least one
 * @param again whether it can be read more than once
 */
@SuppressWarnings("ArrayRecordComponent") // the ticket is opaque, and nobody compares these records
record EndpointPartition(int number, byte[] ticket, List<URI> locations, boolean again)
    implements InputPartition {
  private static final long serialVersionUID = 1L;

  @Override
  public String[] preferredLocations() {
    return locations.stream().map(URI::getHost).distinct().toArray(String[]::new);
  }
}
