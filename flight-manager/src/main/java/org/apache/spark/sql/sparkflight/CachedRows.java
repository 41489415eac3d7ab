package org.apache.spark.sql.sparkflight;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.planning.PhysicalOperation$;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.columnar.CachedBatch;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.columnar.DefaultCachedBatch;
import org.apache.spark.sql.execution.columnar.DefaultCachedBatchSerializer;
import org.apache.spark.sql.execution.columnar.InMemoryRelation;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BlockStatus;
import org.apache.spark.storage.RDDBlockId;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.Tuple3;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * The rows of a query that only filters and computes rows of a cached table, found in the memory of
 * this process and computed on the calling thread, without a job.
 *
 * <p>Stands for {@code InMemoryTableScanExec}, {@code FilterExec}, {@code ProjectExec} and a limit
 * above them: the same batches skipped by the same statistics, the same expressions, interpreted by
 * Spark, since code generated for each text costs more than so few rows.
 *
 * <p>Holds on to the batches, which nobody changes, so the table may be dropped meanwhile.
 */
final class CachedRows implements DriverRows {
  /** More would take longer to skip than a job takes to start. */
  private static final int MOST_BATCHES = 4_096;

  /** As they are kept, which is packed; the encoder holds one message of them unpacked. */
  private static final long MOST_BYTES = 16L << 20;

  private final QueryExecution query;
  private final Shape shape;
  private final List<DefaultCachedBatch> batches;

  private static final int UNLIMITED = Integer.MAX_VALUE;

  /** The parts of a plan: {@code SELECT columns FROM table WHERE filters LIMIT limit}. */
  private record Shape(
      List<Expression> columns, List<Expression> filters, InMemoryRelation table, int limit) {

    /** Whether the rest of the table can be left alone after so many rows of it. */
    boolean enough(long rows) {
      return filters.isEmpty() && rows >= limit;
    }
  }

  private CachedRows(QueryExecution query, Shape shape, List<DefaultCachedBatch> batches) {
    this.query = query;
    this.shape = shape;
    this.batches = batches;
  }

  /** Those of the query, if this process can compute them from at most so many rows. */
  static Optional<DriverRows> of(QueryExecution query, int mostRows) {
    Shape shape = shape(query.optimizedPlan());
    if (shape == null || !InterpretedRows.computes(shape.columns(), shape.filters())) {
      return Optional.empty();
    }
    List<DefaultCachedBatch> all = inMemory(shape.table());
    if (all == null) {
      return Optional.empty();
    }
    return interpreted(
        query,
        () -> {
          List<DefaultCachedBatch> wanted = wanted(shape, all, mostRows);
          return wanted == null
              ? Optional.empty()
              : Optional.of(new CachedRows(query, shape, wanted));
        });
  }

  /** The settings of the query's session are active meanwhile. */
  @Override
  public <T> T read(Function<Iterator<InternalRow>, T> reader) {
    return interpreted(
        query,
        () ->
            reader.apply(
                new InterpretedRows(
                    shape.columns(),
                    shape.filters(),
                    JavaConverters.seqAsJavaList(shape.table().output()),
                    batches,
                    shape.limit())));
  }

  private static @Nullable Shape shape(LogicalPlan plan) {
    LogicalPlan rest = plan;
    int limit = UNLIMITED;
    if (plan instanceof GlobalLimit global
        && global.limitExpr() instanceof Literal most
        && most.value() instanceof Integer rows
        && global.child() instanceof LocalLimit local
        && local.limitExpr().equals(most)) {
      rest = local.child();
      limit = rows;
    }
    Option<Tuple3<Seq<NamedExpression>, Seq<Expression>, LogicalPlan>> parts =
        PhysicalOperation$.MODULE$.unapply(rest);
    return parts.isDefined()
            && parts.get()._3() instanceof InMemoryRelation table
            && table.cacheBuilder().serializer() instanceof DefaultCachedBatchSerializer
        ? new Shape(list(parts.get()._1()), list(parts.get()._2()), table, limit)
        : null;
  }

  /** All batches of a table; null if one of them is not here, or not in memory as an object. */
  private static @Nullable List<DefaultCachedBatch> inMemory(InMemoryRelation table) {
    SparkEnv own = SparkEnv.get();
    if (own == null || !table.cacheBuilder().isCachedColumnBuffersLoaded()) {
      return null; // the application has stopped, or nobody has filled the table
    }
    RDD<CachedBatch> blocks = table.cacheBuilder().cachedColumnBuffers();
    int partitions = blocks.getNumPartitions();
    if (partitions > MOST_BATCHES) {
      return null;
    }
    List<DefaultCachedBatch> batches = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      if (!add(own.blockManager(), new RDDBlockId(blocks.id(), i), batches)) {
        return null;
      }
    }
    return batches;
  }

  /** Says no if the block is not here. Its lock is free again: it has been read to its end. */
  private static boolean add(
      BlockManager here, RDDBlockId block, List<DefaultCachedBatch> batches) {
    Option<BlockStatus> status = here.getStatus(block);
    if (status.isEmpty()
        || !status.get().storageLevel().useMemory()
        || !status.get().storageLevel().deserialized()
        || status.get().memSize() == 0) {
      return false;
    }
    var values = here.getLocalValues(block);
    if (values.isEmpty()) {
      return false;
    }
    boolean all = true;
    for (scala.collection.Iterator<Object> each = values.get().data(); each.hasNext(); ) {
      Object batch = each.next();
      if (all && batch instanceof DefaultCachedBatch one && batches.size() < MOST_BATCHES) {
        batches.add(one);
      } else {
        all = false;
      }
    }
    return all;
  }

  /** The batches that may have rows; null if that is too much to look at. */
  private static @Nullable List<DefaultCachedBatch> wanted(
      Shape shape, List<DefaultCachedBatch> all, int mostRows) {
    List<DefaultCachedBatch> wanted = new ArrayList<>();
    long rows = 0;
    long bytes = 0;
    for (Iterator<CachedBatch> left = unskipped(shape, all); left.hasNext(); ) {
      DefaultCachedBatch batch = (DefaultCachedBatch) left.next();
      wanted.add(batch);
      rows += batch.numRows();
      bytes += batch.sizeInBytes();
      if (shape.enough(rows)) {
        return shape.limit() <= mostRows ? wanted : null;
      }
      if (rows > mostRows || bytes > MOST_BYTES) {
        return null;
      }
    }
    return wanted;
  }

  private static Iterator<CachedBatch> unskipped(Shape shape, List<DefaultCachedBatch> all) {
    List<CachedBatch> batches = List.copyOf(all);
    if (!SQLConf.get().inMemoryPartitionPruning()) {
      return batches.iterator();
    }
    Seq<Expression> filters = JavaConverters.asScalaBuffer(shape.filters()).toList();
    var skipping =
        shape.table().cacheBuilder().serializer().buildFilter(filters, shape.table().output());
    return JavaConverters.asJavaIterator(
        skipping.apply(0, JavaConverters.asScalaIterator(batches.iterator())));
  }

  /** Runs the action with the query's session and settings active, no code being generated. */
  private static <T> T interpreted(QueryExecution query, Supplier<T> action) {
    SparkSession session = query.sparkSession();
    SQLConf settings = session.sessionState().conf().clone();
    settings.setConfString(SQLConf.CODEGEN_FACTORY_MODE().key(), "NO_CODEGEN");
    return session.withActive(() -> SQLConf.withExistingConf(settings, action::get));
  }

  private static List<Expression> list(Seq<?> expressions) {
    return JavaConverters.seqAsJavaList(expressions).stream()
        .map(each -> (Expression) each)
        .toList();
  }
}
