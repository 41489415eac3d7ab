package io.sparkflight.bench.peer;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.sparkflight.lifecycle.Threads;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.NoOpFlightSqlProducer;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionClosePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementResult;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementQuery;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * The least that a driver needs to read from Arrow's own Flight SQL server: every statement is the
 * one result that it keeps in memory. A process of its own, which tells its port.
 */
public final class StockSqlServer extends NoOpFlightSqlProducer {
  private final ExecutorService pool = Threads.pool("stock");
  private final KeptBatches batches;

  private StockSqlServer(KeptBatches batches) {
    this.batches = batches;
  }

  /** Starts one with the result of a query of another server. */
  public static RunningServer start(String from, String sql) throws Exception {
    ChildProcess process =
        ChildProcess.java(
            "stock",
            System.getProperty("java.class.path"),
            StockSpark.HEAP,
            StockSqlServer.class.getName(),
            from,
            sql);
    return new RunningServer(process, Integer.parseInt(process.lineWith("port ").substring(5)));
  }

  /** {@code URI SQL} of the server that has the result. */
  public static void main(String[] args) throws Exception {
    BufferAllocator memory = new RootAllocator();
    KeptBatches batches = new KeptBatches(memory);
    URI from = URI.create(args[0]);
    try (FlightSqlClient client =
        new FlightSqlClient(FlightClient.builder(memory, new Location(from)).build())) {
      for (FlightEndpoint endpoint : client.execute(args[1]).getEndpoints()) {
        batches.keep(from, endpoint.getTicket().getBytes());
      }
    }
    FlightServer server =
        FlightServer.builder(
                memory, Location.forGrpcInsecure("127.0.0.1", 0), new StockSqlServer(batches))
            .build()
            .start();
    System.out.println("port " + server.getPort());
    server.awaitTermination();
  }

  @Override
  public void createPreparedStatement(
      ActionCreatePreparedStatementRequest request,
      CallContext context,
      StreamListener<Result> listener) {
    Message prepared =
        ActionCreatePreparedStatementResult.newBuilder()
            .setDatasetSchema(ByteString.copyFrom(batches.schema().serializeAsMessage()))
            .setPreparedStatementHandle(ByteString.copyFromUtf8("the result"))
            .build();
    listener.onNext(new Result(Any.pack(prepared).toByteArray()));
    listener.onCompleted();
  }

  @Override
  public void closePreparedStatement(
      ActionClosePreparedStatementRequest request,
      CallContext context,
      StreamListener<Result> listener) {
    listener.onCompleted();
  }

  @Override
  public FlightInfo getFlightInfoPreparedStatement(
      CommandPreparedStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    Ticket ticket = new Ticket(Any.pack(command).toByteArray());
    return new FlightInfo(
        batches.schema(), descriptor, List.of(new FlightEndpoint(ticket)), -1, -1);
  }

  @Override
  public void getStreamPreparedStatement(
      CommandPreparedStatementQuery command, CallContext context, ServerStreamListener listener) {
    var unused = pool.submit(() -> batches.serve(listener, false));
  }
}
