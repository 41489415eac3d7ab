package io.sparkflight.arrow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.arrow.column.ArrowColumns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;

class VectorFramesTest {

  /** The same index means another word in the second batch, as it may in a client's upload. */
  @Test
  void aDictionaryHoldsUntilTheNextOne() throws IOException {
    DictionaryEncoding encoding = new DictionaryEncoding(7, false, null);
    try (BufferAllocator memory = new RootAllocator();
        VarCharVector words = new VarCharVector("words", memory);
        IntVector indexes =
            new IntVector("w", new FieldType(true, MinorType.INT.getType(), encoding), memory);
        VectorSchemaRoot root = VectorSchemaRoot.of(indexes)) {
      VectorFrames frames =
          new VectorFrames(root, new MapDictionaryProvider(new Dictionary(words, encoding)));
      List<byte[]> sent = new ArrayList<>(List.of(frames.schema()));
      set(indexes, root, 1, 0);
      for (String[] each : List.of(new String[] {"a", "b"}, new String[] {"c", "dé"})) {
        set(words, each);
        frames.dictionaries().forEach(frame -> sent.add(frame.bytes()));
        sent.add(frames.batch().bytes());
      }
      assertThat(read(memory, sent)).containsExactly("b", "a", "dé", "c");
    }
  }

  private static void set(VarCharVector vector, String... words) {
    vector.reset();
    for (int i = 0; i < words.length; i++) {
      vector.setSafe(i, words[i].getBytes(UTF_8));
    }
    vector.setValueCount(words.length);
  }

  private static void set(IntVector vector, VectorSchemaRoot root, int... values) {
    for (int i = 0; i < values.length; i++) {
      vector.setSafe(i, values[i]);
    }
    vector.setValueCount(values.length);
    root.setRowCount(values.length);
  }

  private static List<String> read(BufferAllocator memory, List<byte[]> frames) throws IOException {
    Iterator<byte[]> next = frames.iterator();
    List<String> read = new ArrayList<>();
    try (FrameVectors vectors =
        new FrameVectors(memory, () -> next.hasNext() ? next.next() : null)) {
      while (vectors.loadNextBatch()) {
        ArrowColumns.batch(vectors.getVectorSchemaRoot(), vectors)
            .rowIterator()
            .forEachRemaining(row -> read.add(String.valueOf(row.getUTF8String(0))));
      }
    }
    return read;
  }
}
