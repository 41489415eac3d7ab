package io.sparkflight.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

/**
 * Rows that no Arrow batch can hold: told with the column and the size, before any byte is read.
 */
class GiantRowTest {
  private static final BatchLimits LIMITS = new BatchLimits(4 << 20, 1000);

  @Test
  void aValueLongerThanAnArray() {
    StructType schema = new StructType().add("id", "bigint").add("report", "string");
    UTF8String endless = UTF8String.fromAddress(null, 0, Integer.MAX_VALUE);
    List<InternalRow> rows = List.of(new GenericInternalRow(new Object[] {1L, endless}));
    Iterator<BatchFrame> frames =
        new RowEncoder(schema, LIMITS, Compression.NONE).encode(rows.iterator());
    assertResources(
        frames::next,
        "Cannot return column report: one row of it has more than 2147483583 bytes, Arrow's limit for a"
            + " batch. Select a part of the value.");
  }

  @Test
  void columnsThatAreTooMuchTogether() {
    BatchBody body = new BatchBody(1, Compression.NONE);
    for (int column = 0; column < 3; column++) {
      body.node(1, 0);
      body.buffer(new byte[0], 1 << 30);
    }
    assertResources(
        body::frame,
        "Cannot return a row of 3221225472 bytes: a batch has at most 2 GiB. Select fewer columns.");
  }

  private static void assertResources(Runnable call, String words) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            FlightFailure.class,
            failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.RESOURCES))
        .hasMessage(words);
  }
}
