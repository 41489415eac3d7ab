package io.sparkflight.manager.upload;

import io.sparkflight.arrow.BatchFrame;
import io.sparkflight.arrow.VectorFrames;
import io.sparkflight.manager.Upload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sparkflight.SparkBridge;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** An upload in parts of about {@link #PART_BYTES} each. */
final class StoredUpload implements Upload {
  /**
   * Large enough for files that are worth reading, small enough for every core to have some: a part
   * becomes a task, and mostly a file.
   */
  private static final long PART_BYTES = 64L << 20;

  private final PartStore store;
  private final StructType schema;
  private final VectorFrames frames;
  private final Consumer<StoredUpload> onClosed;
  private final List<PartStore.Part> parts = new CopyOnWriteArrayList<>();
  private final List<UploadPart> sealed = new ArrayList<>();
  private List<BatchFrame> dictionaries = List.of();
  private PartStore.@Nullable Part filling;
  private long rows;
  private long bytes;

  /** Without the dictionaries: a part of nothing else would repeat them for every batch. */
  private long inPart;

  StoredUpload(
      PartStore store, StructType schema, VectorFrames frames, Consumer<StoredUpload> onClosed) {
    this.store = store;
    this.schema = schema;
    this.frames = frames;
    this.onClosed = onClosed;
  }

  @Override
  public void add() {
    List<BatchFrame> current = frames.dictionaries();
    PartStore.Part part = filling;
    if (part == null) {
      part = store.begin(frames.schema());
      parts.add(part);
      filling = part;
      current.forEach(part::add);
    } else if (!same(current, dictionaries)) {
      current.forEach(part::add);
    }
    dictionaries = current;
    BatchFrame batch = frames.batch();
    part.add(batch);
    rows += batch.rows();
    bytes += batch.bytes().length;
    inPart += batch.bytes().length;
    if (inPart >= PART_BYTES) {
      seal();
    }
  }

  private static boolean same(List<BatchFrame> some, List<BatchFrame> others) {
    for (int i = 0; i < some.size(); i++) {
      if (!Arrays.equals(some.get(i).bytes(), others.get(i).bytes())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public Dataset<Row> read(SparkSession session) {
    seal();
    return SparkBridge.rows(
        session, new UploadRdd(session.sparkContext(), List.copyOf(sealed)), schema);
  }

  private void seal() {
    if (filling != null) {
      sealed.add(filling.seal(sealed.size()));
      filling = null;
      inPart = 0;
    }
  }

  /** Keeps it for some time more. Called by any thread. */
  void renew() {
    parts.forEach(PartStore.Part::renew);
  }

  @Override
  public void close() {
    onClosed.accept(this);
    parts.forEach(PartStore.Part::free);
  }
}
