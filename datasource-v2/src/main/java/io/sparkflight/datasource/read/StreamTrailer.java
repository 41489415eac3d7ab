package io.sparkflight.datasource.read;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkflight.datasource.client.FlightSqlException;
import java.io.IOException;
import java.util.function.Supplier;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.memory.ArrowBuf;

/**
 * What a Spark Flight SQL server says of a stream in the app_metadata of its last batch: how many
 * rows and batches it was. Other servers say nothing, or something else.
 */
final class StreamTrailer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private StreamTrailer() {}

  /**
   * Compares it with what arrived.
   *
   * @throws FlightSqlException if that is not the same
   */
  static void check(FlightStream ended, ReadMetrics arrived, Supplier<String> where) {
    ArrowBuf metadata = ended.getLatestMetadata();
    if (metadata == null) {
      return;
    }
    byte[] bytes = new byte[(int) metadata.readableBytes()];
    metadata.getBytes(metadata.readerIndex(), bytes);
    JsonNode trailer;
    try {
      trailer = JSON.readTree(bytes);
    } catch (IOException e) {
      return; // somebody else's metadata
    }
    if (trailer == null || !trailer.path("rows").isNumber() || !trailer.path("crc").isValueNode()) {
      return;
    }
    if (trailer.get("rows").longValue() != arrived.rows()
        || trailer.path("batches").longValue() != arrived.batches()) {
      throw FlightSqlException.because(
          "Cannot read %s: %d rows in %d batches arrived, and the server has sent %s. Run the query again."
              .formatted(where.get(), arrived.rows(), arrived.batches(), trailer));
    }
  }
}
