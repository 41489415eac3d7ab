package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.util.stream.Stream;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.AsyncPutListener;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightClient.ClientStreamListener;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.SyncPutListener;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementResult;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementUpdate;
import org.apache.arrow.flight.sql.impl.FlightSql.DoPutUpdateResult;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client that leaves before all its values are there has written none of them. */
class AbandonedUploadIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private static final int ROWS = 1_000;

  @BeforeEach
  void createTable() {
    SERVER.spark().sql("DROP TABLE IF EXISTS uploaded");
    SERVER.spark().sql("CREATE TABLE uploaded (id INT) USING parquet");
  }

  @Test
  void aWholeUploadIsWritten() throws Exception {
    try (FlightClient client = SERVER.flight();
        VectorSchemaRoot rows = rows()) {
      SyncPutListener answers = new SyncPutListener();
      ClientStreamListener upload = client.startPut(command(client), rows, answers);
      upload.putNext();
      upload.putNext();
      upload.completed();
      try (PutResult answer = answers.read()) {
        assertThat(DoPutUpdateResult.parseFrom(answer.getApplicationMetadata().nioBuffer()))
            .isEqualTo(DoPutUpdateResult.newBuilder().setRecordCount(2 * ROWS).build());
      }
      upload.getResult();
    }
    assertThat(written()).isEqualTo(2 * ROWS);
  }

  @Test
  void anUploadThatIsCancelledWritesNothing() throws Exception {
    try (FlightClient client = SERVER.flight();
        VectorSchemaRoot rows = rows()) {
      ClientStreamListener upload = client.startPut(command(client), rows, new AsyncPutListener());
      upload.putNext();
      upload.putNext();
      await("a thread that reads the upload").until(() -> reading() == 1);
      upload.error(new IllegalStateException("the source of the rows has failed"));
      await("no thread that reads the upload").until(() -> reading() == 0);
    }
    assertThat(written()).isZero();
  }

  @Test
  void anUploadWhoseConnectionEndsWritesNothing() throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", SERVER.server().port()).usePlaintext().build();
    try (FlightClient client = FlightGrpcUtils.createFlightClient(SERVER.memory(), channel);
        VectorSchemaRoot rows = rows()) {
      ClientStreamListener upload = client.startPut(command(client), rows, new AsyncPutListener());
      upload.putNext();
      upload.putNext();
      await("a thread that reads the upload").until(() -> reading() == 1);
      channel.shutdownNow();
      await("no thread that reads the upload").until(() -> reading() == 0);
    }
    assertThat(written()).isZero();
  }

  private static FlightDescriptor command(FlightClient client) throws Exception {
    ActionCreatePreparedStatementRequest request =
        ActionCreatePreparedStatementRequest.newBuilder()
            .setQuery("INSERT INTO uploaded VALUES (?)")
            .build();
    byte[] answer =
        client
            .doAction(new Action("CreatePreparedStatement", Any.pack(request).toByteArray()))
            .next()
            .getBody();
    CommandPreparedStatementUpdate update =
        CommandPreparedStatementUpdate.newBuilder()
            .setPreparedStatementHandle(
                Any.parseFrom(answer)
                    .unpack(ActionCreatePreparedStatementResult.class)
                    .getPreparedStatementHandle())
            .build();
    return FlightDescriptor.command(Any.pack(update).toByteArray());
  }

  private static VectorSchemaRoot rows() {
    IntVector ids = new IntVector("id", SERVER.memory());
    for (int row = 0; row < ROWS; row++) {
      ids.setSafe(row, row);
    }
    VectorSchemaRoot root = VectorSchemaRoot.of(ids);
    root.setRowCount(ROWS);
    return root;
  }

  /** How many threads work on an upload, be it that they read it or execute what it says. */
  private static long reading() {
    return Thread.getAllStackTraces().values().stream()
        .filter(
            stack ->
                Stream.of(stack)
                    .anyMatch(
                        frame ->
                            frame.getClassName().equals(FlightSqlDispatcher.class.getName())
                                && frame
                                    .getMethodName()
                                    .contains("acceptPutPreparedStatementUpdate")))
        .count();
  }

  private static long written() {
    return SERVER.spark().newSession().table("uploaded").count();
  }
}
