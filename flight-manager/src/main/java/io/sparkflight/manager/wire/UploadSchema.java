package io.sparkflight.manager.wire;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.MetadataVersion;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;
import org.apache.arrow.vector.validate.MetadataV4UnionChecker;

/**
 * The schema of an upload, which its batches have to have.
 *
 * @param columns of a record batch
 * @param dictionaries by id, the column of each dictionary
 */
record UploadSchema(List<Field> columns, Map<Long, Field> dictionaries) {
  private static final int MOST_LEVELS = 100;

  /**
   * Reads a schema as far as vectors, so that Arrow's own reader will.
   *
   * @throws RuntimeException of any kind if the bytes are no schema
   */
  static UploadSchema read(Message message, int headerLength, BufferAllocator allocator) {
    org.apache.arrow.flatbuf.Schema flat = new org.apache.arrow.flatbuf.Schema();
    if (message.header(flat) == null) {
      throw new UploadException("its schema is empty");
    }
    new Size(headerLength).take(flat);
    Schema sent = Schema.convertSchema(flat);
    Map<Long, Dictionary> vectors = new HashMap<>();
    try {
      List<Field> columns =
          sent.getFields().stream()
              .map(field -> DictionaryUtility.toMemoryFormat(field, allocator, vectors))
              .toList();
      Schema schema = new Schema(columns);
      MetadataV4UnionChecker.checkRead(schema, MetadataVersion.fromFlatbufID(message.version()));
      VectorSchemaRoot.create(schema, allocator).close();
      Map<Long, Field> dictionaries = new HashMap<>();
      vectors.forEach((id, dictionary) -> dictionaries.put(id, dictionary.getVector().getField()));
      return new UploadSchema(columns, dictionaries);
    } catch (IOException e) {
      throw new UploadException("its unions are of an old form", e);
    } finally {
      vectors.values().forEach(dictionary -> dictionary.getVector().close());
    }
  }

  /** Checks a batch of rows against its body. */
  void checkBatch(RecordBatch batch, byte[] body) {
    BatchCheck.check(batch, columns, body);
  }

  /** Checks a dictionary against its body. */
  void checkDictionary(DictionaryBatch batch, byte[] body) {
    if (batch.isDelta()) { // Arrow's reader would take it for the whole dictionary
      throw new UploadException("it adds to a dictionary; send the whole dictionary instead");
    }
    Field column = dictionaries.get(batch.id());
    RecordBatch values = batch.data();
    if (column == null || values == null) {
      throw new UploadException("it has a dictionary that its schema does not name");
    }
    BatchCheck.check(values, List.of(column), body);
  }

  /**
   * Counts what is read of a schema. Offsets may lead to one place again and again, so that a few
   * bytes describe more fields than there is memory for, or fields without an end.
   */
  private static final class Size {
    private final long most;
    private long read;

    Size(int headerLength) {
      this.most = 4L * headerLength;
    }

    void take(org.apache.arrow.flatbuf.Schema schema) {
      for (int i = 0; i < schema.customMetadataLength(); i++) {
        take(schema.customMetadata(i));
      }
      for (int i = 0; i < schema.fieldsLength(); i++) {
        take(schema.fields(i), 1);
      }
    }

    private void take(org.apache.arrow.flatbuf.Field field, int level) {
      if (level > MOST_LEVELS) {
        throw new UploadException("its schema has more than %d levels".formatted(MOST_LEVELS));
      }
      add(field.nameAsByteBuffer() == null ? 0 : field.nameAsByteBuffer().remaining());
      for (int i = 0; i < field.customMetadataLength(); i++) {
        take(field.customMetadata(i));
      }
      for (int i = 0; i < field.childrenLength(); i++) {
        take(field.children(i), level + 1);
      }
    }

    private void take(KeyValue entry) {
      add(entry.keyAsByteBuffer() == null ? 0 : entry.keyAsByteBuffer().remaining());
      add(entry.valueAsByteBuffer() == null ? 0 : entry.valueAsByteBuffer().remaining());
    }

    /** A field or an entry has at least eight bytes beside its text. */
    private void add(int bytes) {
      read += 8 + bytes;
      if (read > most) {
        throw new UploadException("its schema says more than it has bytes for");
      }
    }
  }
}
