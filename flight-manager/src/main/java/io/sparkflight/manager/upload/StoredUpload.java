package io.sparkflight.manager.upload;

import io.sparkflight.arrow.BatchFrame;
import io.sparkflight.arrow.VectorFrames;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.Upload;
import io.sparkflight.manager.exchange.NamedUpload;
import io.sparkflight.manager.push.PushTarget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
  private final NamedUploads named;
  private final Consumer<StoredUpload> onClosed;
  private final Set<String> nulls = new LinkedHashSet<>();
  private final List<PartStore.Part> parts = new CopyOnWriteArrayList<>();
  private final List<UploadPart> sealed = new ArrayList<>();
  private List<BatchFrame> dictionaries = List.of();
  private PartStore.@Nullable Part filling;
  private long rows;

  /** The bytes of its schema, if it does not share it. */
  private int own;

  /** Without the dictionaries: a part of nothing else would repeat them for every batch. */
  private long inPart;

  /**
   * @param named takes its rows when it gets a name
   * @param onClosed is told when it is not used any more
   */
  StoredUpload(
      PartStore store,
      StructType schema,
      VectorFrames frames,
      NamedUploads named,
      Consumer<StoredUpload> onClosed) {
    this.store = store;
    this.schema = schema;
    this.frames = frames;
    this.named = named;
    this.onClosed = onClosed;
  }

  @Override
  public void add() {
    List<BatchFrame> current = frames.dictionaries();
    PartStore.Part part = filling;
    if (part == null) {
      part = store.begin(schemaFrame());
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
    nulls.addAll(frames.nulls());
    inPart += batch.bytes().length;
    if (inPart >= PART_BYTES) {
      seal();
    }
  }

  private byte[] schemaFrame() {
    byte[] frame = frames.schema();
    byte[] shared = store.shared(frame);
    own = shared == frame ? frame.length : own;
    return shared;
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
  public Set<String> nulls() {
    return nulls;
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

  @Override
  public void keep(StatementHandle group, String name) {
    seal();
    PushTarget self = store.self();
    List<String> columns = List.of(schema.fieldNames());
    NamedUpload told =
        new NamedUpload(
            name,
            rows,
            nulls.stream().map(columns::indexOf).toList(),
            self.host(),
            self.port(),
            sealed.stream().map(part -> new NamedUpload.Part(part.right(), part.rows())).toList());
    named.add(
        group, schema.json(), new NamedUploads.Kept(told, List.copyOf(parts), store.owner(), own));
    parts.clear();
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
