package io.sparkflight.manager.upload;

import io.sparkflight.arrow.VectorFrames;
import io.sparkflight.arrow.column.ArrowColumns;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.Upload;
import io.sparkflight.manager.exchange.Exchange;
import io.sparkflight.manager.push.PushTarget;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.spark.sql.types.StructType;

/** The uploads of one server. Thread-safe; closing it frees them. */
public final class Uploads implements Upload.Factory, AutoCloseable {
  /** What nobody renews is freed after this time: its upload's thread is gone. */
  static final Duration KEPT = Duration.ofMinutes(5);

  private final Exchange exchange;
  private final Signer signer;
  private final NamedUploads named;
  private final Supplier<PushTarget> self;
  private final SharedSchemas schemas = new SharedSchemas();
  private final Set<StoredUpload> open = ConcurrentHashMap.newKeySet();

  /**
   * @param exchange keeps the rows
   * @param named takes those that get a name; this closes it
   * @param timer renews what is open; stays the caller's
   * @param self where tasks find this server
   */
  public Uploads(
      Exchange exchange,
      Signer signer,
      NamedUploads named,
      ScheduledExecutorService timer,
      Supplier<PushTarget> self) {
    this.exchange = exchange;
    this.signer = signer;
    this.named = named;
    this.self = self;
    Threads.every(
        timer, KEPT.dividedBy(5), "keep uploads", () -> open.forEach(StoredUpload::renew));
    Threads.every(timer, KEPT.dividedBy(5), "keep named uploads", named::renew);
    Threads.every(timer, exchange.watchPeriod(), "free named uploads", named::expire);
  }

  @Override
  public Upload upload(String owner, VectorSchemaRoot root, DictionaryProvider dictionaries) {
    StructType schema = ArrowColumns.schema(root, dictionaries);
    StoredUpload upload =
        new StoredUpload(
            new PartStore(exchange, signer, owner, self.get(), schemas),
            schema,
            new VectorFrames(root, dictionaries),
            named,
            open::remove);
    open.add(upload);
    return upload;
  }

  /** Whether no client brings rows, and none are being written. */
  public boolean none() {
    return open.isEmpty();
  }

  @Override
  public void close() {
    List.copyOf(open).forEach(StoredUpload::close);
    named.close();
  }
}
