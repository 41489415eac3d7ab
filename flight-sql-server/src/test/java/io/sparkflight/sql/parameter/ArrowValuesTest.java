package io.sparkflight.sql.parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;

class ArrowValuesTest {
  private static final int ENTRY = 1 << 20;

  /** Four bytes of an index stand for a mebibyte of text: what counts is what it becomes. */
  @Test
  void anEntryThatIsAskedForAgainAndAgainIsRefusedInTime() {
    DictionaryEncoding encoding = new DictionaryEncoding(1, false, null);
    try (BufferAllocator memory = new RootAllocator();
        VarCharVector entries = new VarCharVector("entries", memory);
        IntVector indexes =
            new IntVector(
                "v",
                new FieldType(
                    true, org.apache.arrow.vector.types.Types.MinorType.INT.getType(), encoding),
                memory)) {
      entries.setSafe(0, "x".repeat(ENTRY).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      entries.setValueCount(1);
      for (int row = 0; row < 100; row++) {
        indexes.setSafe(row, 0);
      }
      indexes.setValueCount(100);
      ArrowValues values =
          new ArrowValues(new MapDictionaryProvider(new Dictionary(entries, encoding)));
      for (int row = 0; row < 63; row++) {
        assertThat((String) values.value(indexes, row)).hasSize(ENTRY);
      }
      assertThatThrownBy(() -> values.value(indexes, 63))
          .isInstanceOfSatisfying(
              FlightFailure.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.RESOURCES))
          .hasMessageContaining("more than 64 MiB");
    }
  }
}
