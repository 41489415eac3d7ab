package io.sparkflight.datasource.testing;

import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Passes rows on, and does something before the second one of each partition. If a row fills a
 * batch, the first one is with the server by then.
 */
public final class SecondRow implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final Event event;

  private SecondRow(Event event) {
    this.event = event;
  }

  /** What a task does in between. */
  public interface Event extends Serializable {
    void happen();
  }

  /** The same rows, with an event in each partition that has two. */
  public static Dataset<Row> after(Event event, Dataset<Row> rows) {
    return rows.mapPartitions(new SecondRow(event), rows.encoder());
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Iterator<>() {
      private int given;

      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        if (given++ == 1) {
          event.happen();
        }
        return rows.next();
      }
    };
  }
}
