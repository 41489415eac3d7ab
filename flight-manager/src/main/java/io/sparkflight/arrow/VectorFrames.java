package io.sparkflight.arrow;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;

/**
 * Vectors that somebody else has filled, as the frames from which {@link FrameVectors} fills them
 * again. A dictionary is a frame of its own, without rows, before the first batch that needs it.
 */
public final class VectorFrames {
  private final VectorSchemaRoot root;
  private final DictionaryProvider dictionaries;
  private final Schema schema;
  private final Set<Long> ids = new TreeSet<>();

  /** Over a root, which stays the caller's. */
  public VectorFrames(VectorSchemaRoot root, DictionaryProvider dictionaries) {
    this.root = root;
    this.dictionaries = dictionaries;
    List<Field> fields = new ArrayList<>();
    for (Field field : root.getSchema().getFields()) {
      fields.add(DictionaryUtility.toMessageFormat(field, dictionaries, ids));
    }
    this.schema = new Schema(fields);
  }

  /** The frame of the schema. */
  public byte[] schema() {
    return Frames.schema(schema);
  }

  /** The dictionaries as they are now. */
  public List<BatchFrame> dictionaries() {
    List<BatchFrame> frames = new ArrayList<>();
    for (long id : ids) {
      FieldVector vector = dictionary(id).getVector();
      VectorSchemaRoot entries = VectorSchemaRoot.of(vector);
      entries.setRowCount(vector.getValueCount());
      try (ArrowDictionaryBatch batch =
          new ArrowDictionaryBatch(id, new VectorUnloader(entries).getRecordBatch(), false)) {
        ByteBuffer header = MessageSerializer.serializeMetadata(batch, IpcOption.DEFAULT);
        frames.add(frame(header, batch.getDictionary(), 0));
      }
    }
    return frames;
  }

  /** The columns of the rows that the root holds now in which one has a null. */
  public List<String> nulls() {
    return root.getFieldVectors().stream()
        .filter(vector -> vector.getNullCount() > 0)
        .map(FieldVector::getName)
        .toList();
  }

  /** The rows that the root holds now. */
  public BatchFrame batch() {
    try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
      ByteBuffer header = MessageSerializer.serializeMetadata(batch, IpcOption.DEFAULT);
      return frame(header, batch, batch.getLength());
    }
  }

  private static BatchFrame frame(ByteBuffer header, ArrowRecordBatch content, int rows) {
    return new BatchFrame(
        Frames.of(
            header, content.getBuffers(), content.getBuffersLayout(), content.computeBodyLength()),
        rows);
  }

  private Dictionary dictionary(long id) {
    return dictionaries.lookup(id);
  }
}
