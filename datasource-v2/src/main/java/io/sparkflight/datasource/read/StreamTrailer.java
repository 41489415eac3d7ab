package io.sparkflight.datasource.read;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkflight.datasource.client.FlightSqlException;
import java.io.IOException;
import java.util.function.Supplier;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.memory.ArrowBuf;
import org.jspecify.annotations.Nullable;

/**
 * What a Spark Flight SQL server says of a stream in the app_metadata of its last message: how many
 * rows and batches it was, and their checksum. Other servers say nothing, or something else.
 */
final class StreamTrailer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final boolean promised;

  /**
   * @param promised whether the server is known to send one
   */
  StreamTrailer(boolean promised) {
    this.promised = promised;
  }

  /**
   * Compares it with what arrived.
   *
   * @param checksum of the batches that arrived
   * @throws FlightSqlException if that is not the same, or if it was promised and is not there; a
   *     stream without any batch has nothing to carry it
   */
  void check(FlightStream ended, ReadMetrics arrived, long checksum, Supplier<String> where) {
    JsonNode trailer = read(ended.getLatestMetadata());
    if (trailer == null) {
      if (promised && arrived.batches() > 0) {
        throw FlightSqlException.because(
            "Cannot read %s: the stream ended after %d rows without the count that such a server ends with, so some may be missing. Run the query again."
                .formatted(where.get(), arrived.rows()));
      }
      return;
    }
    if (trailer.get("rows").longValue() != arrived.rows()
        || trailer.path("batches").longValue() != arrived.batches()) {
      throw FlightSqlException.because(
          "Cannot read %s: %d rows in %d batches arrived, and the server has sent %s. Run the query again."
              .formatted(where.get(), arrived.rows(), arrived.batches(), trailer));
    }
    JsonNode sent = trailer.path("crc");
    if (sent.isIntegralNumber() && sent.longValue() != checksum) {
      throw FlightSqlException.because(
          "Cannot read %s: as many rows came as the server has sent, %d, but not the same: their checksum is %d, and the server's is %s. Bytes have changed on the way. Run the query again."
              .formatted(where.get(), arrived.rows(), checksum, sent));
    }
  }

  private static @Nullable JsonNode read(@Nullable ArrowBuf metadata) {
    if (metadata == null) {
      return null;
    }
    byte[] bytes = new byte[(int) metadata.readableBytes()];
    metadata.getBytes(metadata.readerIndex(), bytes);
    try {
      JsonNode trailer = JSON.readTree(bytes);
      boolean ours = trailer.path("rows").isNumber() && trailer.path("crc").isValueNode();
      return ours ? trailer : null;
    } catch (IOException e) {
      return null; // somebody else's metadata
    }
  }
}
