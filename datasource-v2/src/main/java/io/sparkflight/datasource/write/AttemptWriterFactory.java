package io.sparkflight.datasource.write;

import io.sparkflight.datasource.client.ServerConnection;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.DataWriterFactory;

/**
 * Makes the writer of each attempt of a task; goes to the executors.
 *
 * @param plan what is written, and where
 * @param delivery how a server tells the attempts of one task apart
 */
record AttemptWriterFactory(WritePlan plan, Delivery delivery) implements DataWriterFactory {
  private static final long serialVersionUID = 1L;

  /** How the rows of an attempt come to the server. */
  enum Delivery {
    /** As a part of an ingest. */
    PART,
    /** As an ingest of its own, with the attempt's name in each row. */
    MARKED,
    /** As an ingest of its own. */
    PLAIN
  }

  /** The id of an attempt is unique in the application, also when a whole stage is run again. */
  @Override
  public DataWriter<InternalRow> createWriter(int partition, long attempt) {
    return new AttemptWriter(this, partition + "." + attempt);
  }

  /** What to do when rows were lost on the way. */
  String adviceOnLoss() {
    return delivery == Delivery.PLAIN
        ? "Look at the table before the job is run again: rows of it are there."
        : "Run the job again; nothing of it is written.";
  }

  /** Begins to bring the rows of an attempt. The caller closes it. */
  RowUpload upload(ServerConnection server, String attempt) {
    Map<String, String> options =
        delivery == Delivery.PART
            ? Map.of(PartsWrite.ID, plan.id(), PartsWrite.PART, attempt)
            : Map.of();
    String mark = delivery == Delivery.MARKED ? attempt : null;
    return new RowUpload(server, plan.command(options), plan.schema(), mark);
  }
}
