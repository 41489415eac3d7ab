package io.sparkflight.arrow.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.error.FlightFailure;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampNanoTZVector;
import org.apache.arrow.vector.TimeStampSecVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.impl.UnionMapWriter;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Arrow that no encoder of ours writes; what they write is {@code RandomTableTest}'s. */
class ArrowColumnsTest {
  private final BufferAllocator memory = new RootAllocator();

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void unsignedNumbersKeepTheirValue() {
    check(new UInt1Vector("v", memory), (v, row) -> v.setSafe(row, 255), "smallint", (short) 255);
    check(new UInt2Vector("v", memory), (v, row) -> v.setSafe(row, 65_535), "int", 65_535);
    check(new UInt4Vector("v", memory), (v, row) -> v.setSafe(row, -1), "bigint", 4_294_967_295L);
    check(
        new UInt8Vector("v", memory),
        (v, row) -> v.setSafe(row, -1L),
        "decimal(20,0)",
        "18446744073709551615");
    check(
        new Float2Vector("v", memory),
        (v, row) -> v.setSafeWithPossibleTruncate(row, 1.5f),
        "float",
        1.5f);
  }

  @Test
  void decimalsAreExactOrRefused() {
    check(
        new DecimalVector("v", memory, 5, 2),
        (v, row) -> v.setSafe(row, new BigDecimal("-123.45")),
        "decimal(5,2)",
        "-123.45");
    check(
        new Decimal256Vector("v", memory, 30, 3),
        (v, row) -> v.setSafe(row, new BigDecimal("123456789012345678901234567.125")),
        "decimal(30,3)",
        "123456789012345678901234567.125");
    refused(
        new DecimalVector("v", memory, 5, 2),
        (v, row) -> v.setSafe(row, 100_000L),
        "its value has more than the 5 digits of its type");
    refused(
        new DecimalVector("v", memory, 38, 0),
        (v, row) -> {
          v.setValueCount(2);
          v.setIndexDefined(row);
          v.setBigEndian(row, new BigInteger("1" + "0".repeat(38)).toByteArray());
        },
        "its value has more than the 38 digits of its type");
  }

  @Test
  void momentsAreExactOrRefused() {
    check(
        new TimeStampSecVector("v", memory),
        (v, row) -> v.setSafe(row, -1L),
        "timestamp_ntz",
        -1_000_000L);
    check(
        new TimeStampNanoTZVector("v", memory, "UTC"),
        (v, row) -> v.setSafe(row, 5_000L),
        "timestamp",
        5L);
    refused(
        new TimeStampNanoTZVector("v", memory, "UTC"),
        (v, row) -> v.setSafe(row, 5_001L),
        "it has nanoseconds");
    refused(
        new TimeStampSecVector("v", memory),
        (v, row) -> v.setSafe(row, Long.MAX_VALUE / 1000),
        "it is farther away than Spark can count");
    check(new DateMilliVector("v", memory), (v, row) -> v.setSafe(row, -86_400_000L), "date", -1);
    refused(
        new DateMilliVector("v", memory),
        (v, row) -> v.setSafe(row, 1L),
        "its date has a time of day");
    check(
        new IntervalDayVector("v", memory),
        (v, row) -> v.setSafe(row, 1, 1),
        "interval day to second",
        86_400_001_000L);
    check(
        new DurationVector(
            "v", FieldType.nullable(new ArrowType.Duration(TimeUnit.MILLISECOND)), memory),
        (v, row) -> v.setSafe(row, 3L),
        "interval day to second",
        3_000L);
  }

  @Test
  void textIsUtf8OrRefused() {
    check(
        new LargeVarCharVector("v", memory),
        (v, row) -> v.setSafe(row, "grün 😀".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
        "string",
        "grün 😀");
    refused(
        new VarCharVector("v", memory),
        (v, row) -> v.setSafe(row, new byte[] {'a', (byte) 0xff}),
        "its text is not UTF-8");
  }

  @Test
  void otherListsAreLists() {
    try (LargeListVector lists = LargeListVector.empty("v", memory)) {
      var writer = lists.getWriter();
      writer.setPosition(1);
      writer.startList();
      writer.bigInt().writeBigInt(7);
      writer.bigInt().writeBigInt(8);
      writer.endList();
      lists.setValueCount(2);
      assertThat(value(lists, "array<bigint>").getArray(0).toLongArray()).containsExactly(7, 8);
    }
    try (FixedSizeListVector lists = FixedSizeListVector.empty("v", 2, memory)) {
      var writer = lists.getWriter();
      writer.setPosition(1);
      writer.startList();
      writer.integer().writeInt(7);
      writer.integer().writeInt(8);
      writer.endList();
      lists.setValueCount(2);
      assertThat(value(lists, "array<int>").getArray(0).toIntArray()).containsExactly(7, 8);
    }
  }

  @Test
  void aMapWithAKeyTwiceIsRefused() {
    try (MapVector map = MapVector.empty("v", memory, false)) {
      UnionMapWriter writer = map.getWriter();
      writer.setPosition(1);
      writer.startMap();
      for (int value = 0; value < 2; value++) {
        writer.startEntry();
        writer.key().integer().writeInt(1);
        writer.value().integer().writeInt(value);
        writer.endEntry();
      }
      writer.endMap();
      map.setValueCount(2);
      InternalRow row = value(map, "map<int,int>");
      assertThatThrownBy(() -> row.getMap(0))
          .isInstanceOf(FlightFailure.class)
          .hasMessageContaining("its map has a key twice");
    }
  }

  @Test
  void aTypeThatSparkHasNotIsRefusedWithItsColumn() {
    try (TimeMicroVector vector = new TimeMicroVector("at", memory);
        VectorSchemaRoot root = VectorSchemaRoot.of(vector)) {
      assertThatThrownBy(() -> ArrowColumns.schema(root, new MapDictionaryProvider()))
          .isInstanceOf(FlightFailure.class)
          .hasMessageContaining("Cannot take column at: Arrow's Time(MICROSECOND, 64) has no form");
    }
  }

  private <V extends FieldVector> void check(
      V vector, BiConsumer<V, Integer> set, String type, Object expected) {
    try (vector) {
      set.accept(vector, 1);
      vector.setValueCount(2);
      assertThat(read(value(vector, type), vector)).isEqualTo(expected);
    }
  }

  private <V extends FieldVector> void refused(V vector, BiConsumer<V, Integer> set, String why) {
    try (vector) {
      set.accept(vector, 1);
      vector.setValueCount(2);
      InternalRow row = row(vector, 1);
      assertThatThrownBy(() -> read(row, vector))
          .isInstanceOf(FlightFailure.class)
          .hasMessageContaining("Cannot take column v: " + why);
    }
  }

  private static Object read(InternalRow row, FieldVector vector) {
    DataType type = ArrowTypes.of(vector, new MapDictionaryProvider());
    Object value = row.get(0, type);
    return value instanceof Number ? value : value.toString();
  }

  /** The second row; the first one is null. */
  private static InternalRow value(FieldVector vector, String type) {
    assertThat(row(vector, 0).isNullAt(0)).isTrue();
    assertThat(ArrowTypes.of(vector, new MapDictionaryProvider()).catalogString()).isEqualTo(type);
    return row(vector, 1);
  }

  /** A row of a column that is all there is. */
  static InternalRow row(FieldVector vector, int row) {
    // Not setRowCount: it lets vectors grow to what they say they hold.
    VectorSchemaRoot root =
        new VectorSchemaRoot(List.of(vector.getField()), List.of(vector), vector.getValueCount());
    return ArrowColumns.batch(root, new MapDictionaryProvider()).getRow(row);
  }
}
