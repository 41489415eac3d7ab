package io.sparkflight.manager.upload;

import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;

/** An upload as Spark's tasks read it: a partition for each part. */
final class UploadRdd extends RDD<InternalRow> {
  private static final long serialVersionUID = 1L;

  /** Spark keeps the partitions of an RDD in the driver, and sends each task its own. */
  private final transient List<UploadPart> parts;

  UploadRdd(SparkContext context, List<UploadPart> parts) {
    super(
        context,
        JavaConverters.<org.apache.spark.Dependency<?>>asScalaBuffer(List.of()).toSeq(),
        ClassTag$.MODULE$.apply(InternalRow.class));
    this.parts = parts;
  }

  @Override
  public Partition[] getPartitions() {
    return parts.toArray(Partition[]::new);
  }

  @Override
  public scala.collection.Iterator<InternalRow> compute(Partition part, TaskContext task) {
    return JavaConverters.asScalaIterator(new PartRows((UploadPart) part, task));
  }
}
