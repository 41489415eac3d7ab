package io.sparkflight.manager.run;

import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Batches of successive numbers to upload. */
final class UploadedNumbers {
  static final int ROWS = 10_000;

  private UploadedNumbers() {}

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
