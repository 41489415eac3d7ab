package io.sparkflight.manager.run;

import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.Upload;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.spark.sql.types.StructType;

/** Batches of successive numbers to upload. */
public final class UploadedNumbers {
  public static final int ROWS = 10_000;

  /** Their columns. */
  public static final StructType COLUMNS = new StructType().add("id", "bigint");

  private UploadedNumbers() {}

  /** Uploads batches, from a first one on, and lets a server keep them under a name. */
  public static void keep(
      ManagerFixture server, StatementHandle group, String name, int first, int batches) {
    try (BufferAllocator memory = new RootAllocator();
        BigIntVector ids = new BigIntVector("id", memory);
        VectorSchemaRoot root = VectorSchemaRoot.of(ids);
        Upload upload = server.manager().upload("anna", root, new MapDictionaryProvider())) {
      for (int batch = first; batch < first + batches; batch++) {
        fill(root, ids, batch);
        upload.add();
      }
      upload.keep(group, name);
    }
  }

  /** Fills the vector with the numbers of a batch. */
  static void fill(VectorSchemaRoot root, BigIntVector ids, int batch) {
    ids.allocateNew(ROWS);
    for (int row = 0; row < ROWS; row++) {
      ids.set(row, (long) batch * ROWS + row);
    }
    ids.setValueCount(ROWS);
    root.setRowCount(ROWS);
  }
}
