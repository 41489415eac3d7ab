package io.sparkflight.manager.upload;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of uploads, such that the thousands of one ingest keep one and the same. Forgets
 * those that nobody has, and the oldest: then there is one more of it. Thread-safe.
 */
final class SharedSchemas {
  private static final int MOST = 256;

  /** By their hashes. */
  @GuardedBy("this")
  private final Map<Integer, WeakReference<byte[]>> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, WeakReference<byte[]>> eldest) {
          return size() > MOST;
        }
      };

  /** The same bytes, which nobody must change, as somebody has them; else these. */
  synchronized byte[] share(byte[] schema) {
    int hash = Arrays.hashCode(schema);
    WeakReference<byte[]> reference = known.get(hash);
    byte @Nullable [] same = reference == null ? null : reference.get();
    if (same != null && Arrays.equals(same, schema)) {
      return same;
    }
    known.put(hash, new WeakReference<>(schema));
    return schema;
  }
}
