package org.apache.spark.sql.sparkflight;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.columnar.CachedBatch;
import org.apache.spark.sql.execution.columnar.ColumnAccessor;
import org.apache.spark.sql.execution.columnar.DefaultCachedBatch;
import org.apache.spark.sql.execution.columnar.DefaultCachedBatchSerializer;
import org.apache.spark.sql.execution.columnar.InMemoryTableScanExec;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.vectorized.ConstantColumnVector;
import org.apache.spark.sql.execution.vectorized.OnHeapColumnVector;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * Unpacks batches of a cached table in a task, column by column: what {@code
 * DefaultCachedBatchSerializer.convertCachedBatchToColumnarBatch} does for tables of numbers alone,
 * and with all batches of the task in memory until it ends. Here it is one at a time.
 *
 * <p>Numbers go through Spark's decoders, which fill a vector; the rest stays where it is ({@link
 * CachedVector}).
 */
final class CachedColumns extends AbstractFunction1<CachedBatch, ColumnarBatch>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int[] places;
  private final DataType[] types;
  private final SQLMetric rows;

  private CachedColumns(int[] places, DataType[] types, SQLMetric rows) {
    this.places = places;
    this.types = types;
    this.rows = rows;
  }

  /** Whether it can be the scan's: not with arrays, maps and structs, which are kept as rows. */
  static boolean of(InMemoryTableScanExec scan) {
    return scan.conf().cacheVectorizedReaderEnabled()
        && scan.relation().cacheBuilder().serializer() instanceof DefaultCachedBatchSerializer
        && columns(scan).stream()
            .map(InterpretedRows::stored)
            .allMatch(type -> type instanceof AtomicType || type instanceof NullType);
  }

  /**
   * What the scan yields, its columns in their order. None of the table's batches can be skipped: a
   * scan that knows of a filter has it above.
   */
  static RDD<ColumnarBatch> batches(InMemoryTableScanExec scan) {
    List<ExprId> table =
        JavaConverters.seqAsJavaList(scan.relation().output()).stream()
            .map(Attribute::exprId)
            .toList();
    CachedColumns unpacking =
        new CachedColumns(
            columns(scan).stream().mapToInt(column -> table.indexOf(column.exprId())).toArray(),
            columns(scan).stream().map(InterpretedRows::stored).toArray(DataType[]::new),
            scan.longMetric("numOutputRows"));
    return scan.baseCacheRDD().map(unpacking, ClassTag$.MODULE$.apply(ColumnarBatch.class));
  }

  private static List<Attribute> columns(InMemoryTableScanExec scan) {
    return JavaConverters.seqAsJavaList(scan.attributes());
  }

  @Override
  public ColumnarBatch apply(CachedBatch packed) {
    DefaultCachedBatch batch = (DefaultCachedBatch) packed;
    ColumnVector[] vectors = new ColumnVector[places.length];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = vector(types[i], batch.buffers()[places[i]], batch.numRows());
    }
    rows.add(batch.numRows());
    return new ColumnarBatch(vectors, batch.numRows());
  }

  private static ColumnVector vector(DataType type, byte[] column, int rows) {
    if (type instanceof NullType) {
      ConstantColumnVector nulls = new ConstantColumnVector(rows, type);
      nulls.setNull();
      return nulls;
    } else if (type instanceof DecimalType decimal) {
      return decimal.precision() > Decimal.MAX_LONG_DIGITS()
          ? new CachedVector(type, column, rows)
          : unscaled(decimal.scale(), column, rows);
    } else if (type instanceof StringType || type instanceof BinaryType) {
      return new CachedVector(type, column, rows);
    }
    OnHeapColumnVector numbers = new OnHeapColumnVector(rows, type);
    ColumnAccessor.decompress(column, numbers, type, rows);
    return numbers;
  }

  /** Up to 18 digits are kept as 64-bit integers are that nothing packs. */
  private static ColumnVector unscaled(int scale, byte[] column, int rows) {
    DataType widest = new DecimalType(Decimal.MAX_LONG_DIGITS(), scale);
    OnHeapColumnVector numbers = new OnHeapColumnVector(rows, widest);
    ColumnAccessor.decompress(column, numbers, DataTypes.LongType, rows);
    return numbers;
  }
}
