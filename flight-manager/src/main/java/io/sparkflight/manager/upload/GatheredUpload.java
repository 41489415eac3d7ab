package io.sparkflight.manager.upload;

import io.sparkflight.manager.UploadedRows;
import io.sparkflight.manager.exchange.NamedUpload;
import io.sparkflight.manager.push.PushTarget;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sparkflight.SparkBridge;
import org.apache.spark.sql.types.StructType;

/**
 * Named uploads of any servers, read as one.
 *
 * @param uploads those uploads
 * @param schema of each of them
 * @param onClosed is told when nobody reads it any more
 */
public record GatheredUpload(List<NamedUpload> uploads, StructType schema, Runnable onClosed)
    implements UploadedRows {
  @Override
  public long rows() {
    return uploads.stream().mapToLong(NamedUpload::rows).sum();
  }

  @Override
  public Set<String> nulls() {
    Set<String> all = new LinkedHashSet<>();
    String[] names = schema.fieldNames();
    uploads.forEach(upload -> upload.nulls().forEach(column -> all.add(names[column])));
    return all;
  }

  @Override
  public Dataset<Row> read(SparkSession session) {
    List<UploadPart> parts = new ArrayList<>();
    for (NamedUpload upload : uploads) {
      for (NamedUpload.Part part : upload.parts()) {
        PushTarget server = new PushTarget(part.right().holder(), upload.host(), upload.port());
        parts.add(new UploadPart(parts.size(), server, part.right(), part.rows()));
      }
    }
    return SparkBridge.rows(session, new UploadRdd(session.sparkContext(), parts), schema);
  }

  @Override
  public void close() {
    onClosed.run();
  }
}
