package io.sparkflight.bench;

import io.sparkflight.arrow.BatchFrame;
import io.sparkflight.arrow.BatchLimits;
import io.sparkflight.arrow.Compression;
import io.sparkflight.config.ConfigSource;
import io.sparkflight.manager.ManagerConfig;
import io.sparkflight.manager.push.PartitionEncoding;
import io.sparkflight.manager.push.PushPlan;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.sparkflight.ColumnarSource;
import org.apache.spark.sql.sparkflight.SparkBridge;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/** The frames that the chain makes of a table, encoded by the same code and kept in this JVM. */
final class ChainFrames extends AbstractFunction2<TaskContext, Iterator<ColumnarBatch>, Integer>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The tasks of local mode reach it from the same JVM; a field would be a copy of theirs. */
  private static final Map<Integer, List<BatchFrame>> KEPT = new ConcurrentHashMap<>();

  private final PushPlan plan;
  private final PartitionEncoding.Columns encoding;

  private ChainFrames(PushPlan plan, PartitionEncoding.Columns encoding) {
    this.plan = plan;
    this.encoding = encoding;
  }

  /** Encodes with the batch size that a server has unless told otherwise; a list per partition. */
  static List<List<BatchFrame>> of(Dataset<Row> data) {
    BatchLimits limits = ManagerConfig.from(ConfigSource.of(Map.of())).batch();
    QueryExecution query = SparkBridge.execution(data);
    PushPlan plan =
        new PushPlan(
            0,
            0,
            0,
            List.of(),
            null,
            new byte[0],
            SparkBridge.schema(query),
            limits,
            Compression.NONE);
    KEPT.clear();
    int partitions =
        SparkBridge.inExecution(query, "encode", () -> run(SparkBridge.columns(query), plan));
    List<List<BatchFrame>> frames = new ArrayList<>();
    for (int partition = 0; partition < partitions; partition++) {
      frames.add(KEPT.getOrDefault(partition, List.of()));
    }
    KEPT.clear();
    return frames;
  }

  private static int run(Optional<ColumnarSource> source, PushPlan plan) {
    ColumnarSource columns = source.orElseThrow();
    var batches = columns.batches();
    ChainFrames task = new ChainFrames(plan, new PartitionEncoding.Columns(columns.ordinals()));
    SparkBridge.runJob(batches, task, Integer.class, (partition, count) -> {});
    return batches.getNumPartitions();
  }

  @Override
  public Integer apply(TaskContext context, Iterator<ColumnarBatch> input) {
    List<BatchFrame> frames = new ArrayList<>();
    encoding.encode(plan, input).forEachRemaining(frames::add);
    KEPT.put(context.partitionId(), frames);
    return frames.size();
  }
}
