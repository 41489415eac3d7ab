package io.sparkflight.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Rows that no Arrow batch can hold: told with the column and the size, before any byte is read.
 */
class GiantRowTest {
  /** The longest buffer that Java has. */
  private static final int LONGEST = 2147483583;

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

  /** Packing would need the room of each once more, and zstd's bound is no length of an array. */
  @ParameterizedTest
  @EnumSource(Compression.class)
  void columnsThatAreTooMuchTogether(Compression compression) {
    BatchBody body = new BatchBody(1, compression);
    for (int column = 0; column < 3; column++) {
      body.node(1, 0);
      body.buffer(new byte[0], column == 0 ? LONGEST : 1 << 30);
    }
    assertResources(
        body::frame,
        "Cannot return a row of %d bytes: a batch has at most 2 GiB. Select fewer columns."
            .formatted(compression == Compression.NONE ? 4294967232L : 4294967256L));
  }

  /** The value is of zeros, which would shrink to nothing. */
  @ParameterizedTest
  @EnumSource(names = {"LZ4", "ZSTD"})
  void aGiantValueIsNotPackedAndTheOthersAre(Compression compression) {
    StructType schema = new StructType().add("id", "bigint").add("report", "binary");
    byte[] giant = new byte[(16 << 20) + 1];
    giant[giant.length - 1] = 7;
    List<InternalRow> rows =
        Stream.of(giant, new byte[5000])
            .<InternalRow>map(value -> new GenericInternalRow(new Object[] {1L, value}))
            .toList();
    List<BatchFrame> frames = new ArrayList<>();
    new RowEncoder(schema, LIMITS, compression)
        .encode(rows.iterator())
        .forEachRemaining(frames::add);
    assertThat(frames).hasSize(2);
    assertThat(frames.get(0).bytes().length).isGreaterThan(giant.length);
    assertThat(frames.get(1).bytes().length).isLessThan(1000);
    List<List<Object>> read = FrameReader.rows(SparkArrowSchema.of(schema, "UTC"), frames);
    assertThat(read).extracting(row -> row.get(0)).containsExactly(1L, 1L);
    assertThat((byte[]) read.get(0).get(1)).isEqualTo(giant);
    assertThat((byte[]) read.get(1).get(1)).isEqualTo(new byte[5000]);
  }

  private static void assertResources(Runnable call, String words) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            FlightFailure.class,
            failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.RESOURCES))
        .hasMessage(words);
  }
}
