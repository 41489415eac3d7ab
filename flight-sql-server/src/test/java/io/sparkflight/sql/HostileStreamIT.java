package io.sparkflight.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.sparkflight.manager.wire.FrameStream;
import io.sparkflight.manager.wire.RawFlight;
import io.sparkflight.manager.wire.UploadMessages;
import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementResult;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementUpdate;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Uploads to the public port that no Arrow library would send: each is refused, and nothing of it
 * stays, neither memory, which the extension checks, nor a thread.
 */
class HostileStreamIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private static final int TRIES = 3_000;

  private static final int[] ODD = {
    0, 1, -1, -4, -8, -16, -32, 1 << 28, Integer.MAX_VALUE, Integer.MIN_VALUE
  };

  private static final MethodDescriptor<InputStream, InputStream> DO_EXCHANGE =
      RawFlight.DO_PUT.toBuilder()
          .setFullMethodName("arrow.flight.protocol.FlightService/DoExchange")
          .build();

  private final ManagedChannel channel =
      NettyChannelBuilder.forAddress("127.0.0.1", SERVER.server().port()).usePlaintext().build();
  private List<byte[]> valid = List.of();
  private byte[] command = {};

  @BeforeEach
  void prepare() throws Exception {
    command =
        Any.pack(
                CommandPreparedStatementQuery.newBuilder()
                    .setPreparedStatementHandle(prepared().getPreparedStatementHandle())
                    .build())
            .toByteArray();
    valid = parameters(command);
  }

  @AfterEach
  void theServerStillAnswers() throws Exception {
    channel.shutdownNow();
    try (FlightSqlClient client = SERVER.flightSql()) {
      assertThat(FlightRows.of(client, client.execute("SELECT 42")))
          .isEqualTo(List.of(List.of(42)));
    }
    await("no thread that waits for an upload").until(() -> waiting() == 0);
  }

  @Test
  void aValidUploadIsReadToTheEndOfItsSchema() throws Exception {
    Status status = put(RawFlight.DO_PUT, valid);
    assertThat(status.getCode()).as("%s", status).isEqualTo(Status.Code.OK);
  }

  /** As clients do that have nothing to bind. */
  @Test
  void aCommandAloneNeedsNoSchema() throws Exception {
    byte[] update =
        Any.pack(CommandStatementUpdate.newBuilder().setQuery("SET spark.sql.a = 1").build())
            .toByteArray();
    for (byte[] alone : List.of(update, command)) {
      byte[] message = UploadMessages.message(alone, new byte[0], new byte[0]);
      assertThat(put(RawFlight.DO_PUT, List.of(message)).getCode()).isEqualTo(Status.Code.OK);
    }
  }

  @Test
  void changedBytes() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("HostileStreamIT.changedBytes: -Dseed=" + seed);
    Random random = new Random(seed);
    Map<Status.Code, Integer> answers = new EnumMap<>(Status.Code.class);
    for (int i = 0; i < TRIES; i++) {
      List<byte[]> changed = new ArrayList<>(valid);
      int at = random.nextInt(changed.size());
      changed.set(at, changed(changed.get(at), random));
      Status status = put(random.nextInt(10) == 0 ? DO_EXCHANGE : RawFlight.DO_PUT, changed);
      answers.merge(status.getCode(), 1, Integer::sum);
      assertThat(status.getCode())
          .as("try %d of seed %d: %s", i, seed, status)
          .isIn(
              Status.Code.INVALID_ARGUMENT,
              Status.Code.NOT_FOUND, // the handle of another statement
              Status.Code.UNIMPLEMENTED, // another command
              Status.Code.OK);
    }
    assertThat(answers.get(Status.Code.INVALID_ARGUMENT)).isGreaterThan(TRIES / 10);
    // A value may become another one that is as good, or a byte that nobody reads be changed.
    assertThat(answers.getOrDefault(Status.Code.OK, 0)).isLessThan(TRIES / 2);
    System.out.println("HostileStreamIT.changedBytes: " + answers);
  }

  @Test
  void messagesMissingOrOutOfPlace() throws Exception {
    byte[] schema = valid.get(0);
    byte[] batch = valid.get(1);
    byte[] nothing = {};
    Map<List<byte[]>, String> uploads =
        Map.of(
            List.of(), "it ends before its descriptor",
            List.of(nothing), "its first message has no descriptor",
            List.of(batch), "its first message has no descriptor",
            List.of(schema, schema), "it has two schemas",
            List.of(new byte[] {8, 1}), "a message of it is not a FlightData");
    for (Map.Entry<List<byte[]>, String> upload : uploads.entrySet()) {
      for (MethodDescriptor<InputStream, InputStream> method :
          List.of(RawFlight.DO_PUT, DO_EXCHANGE)) {
        Status status = put(method, upload.getKey());
        boolean refusedBefore = status.getCode() == Status.Code.UNIMPLEMENTED;
        assertThat(refusedBefore || status.getDescription().contains(upload.getValue()))
            .as("%s instead of: %s", status, upload.getValue())
            .isTrue();
      }
    }
  }

  /** Clients that leave before they have said what they want. */
  @Test
  void uploadsThatAreLeft() throws Exception {
    for (int i = 0; i < 200; i++) {
      ClientCall<InputStream, InputStream> call =
          channel.newCall(RawFlight.DO_PUT, CallOptions.DEFAULT);
      CompletableFuture<Status> ended = start(call);
      if (i % 2 == 0) {
        call.sendMessage(FrameStream.of(valid.get(0)));
      }
      call.cancel("changed my mind", null);
      assertThat(ended.get(20, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.CANCELLED);
    }
  }

  /** A client that asks for a stream, and does not say for which. */
  @Test
  void aReadWithoutATicketIsRefused() throws Exception {
    Status status = put(RawFlight.DO_GET, List.of());
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).contains("Send the ticket of a FlightInfo");
  }

  private Status put(MethodDescriptor<InputStream, InputStream> method, List<byte[]> messages)
      throws Exception {
    ClientCall<InputStream, InputStream> call =
        channel.newCall(method, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
    CompletableFuture<Status> ended = start(call);
    messages.forEach(message -> call.sendMessage(FrameStream.of(message)));
    call.halfClose();
    return ended.get(30, TimeUnit.SECONDS);
  }

  private static CompletableFuture<Status> start(ClientCall<InputStream, InputStream> call) {
    CompletableFuture<Status> ended = new CompletableFuture<>();
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            ended.complete(status);
          }
        },
        new Metadata());
    call.request(10);
    return ended;
  }

  private static byte[] changed(byte[] bytes, Random random) {
    byte[] copy = bytes.clone();
    int at = random.nextInt(copy.length);
    switch (random.nextInt(4)) {
      case 0 -> copy[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> copy[at] = (byte) random.nextInt();
      case 2 -> copy = Arrays.copyOf(copy, at);
      default -> {
        int value = ODD[random.nextInt(ODD.length)];
        for (int i = at; i < Math.min(at + Integer.BYTES, copy.length); i++) {
          copy[i] = (byte) value;
          value >>= Byte.SIZE;
        }
      }
    }
    return copy;
  }

  /** How many threads of this process wait in the stock reader of uploads. */
  private static long waiting() {
    Set<String> waits = Set.of("getDescriptor", "getRoot", "next");
    return Thread.getAllStackTraces().values().stream()
        .filter(
            stack ->
                Stream.of(stack)
                    .anyMatch(
                        frame ->
                            frame.getClassName().equals(FlightStream.class.getName())
                                && waits.contains(frame.getMethodName())))
        .count();
  }

  private static ActionCreatePreparedStatementResult prepared()
      throws InterruptedException, InvalidProtocolBufferException {
    ActionCreatePreparedStatementRequest request =
        ActionCreatePreparedStatementRequest.newBuilder()
            .setQuery("SELECT CAST(? AS BIGINT), ?, CAST(? AS ARRAY<BIGINT>)")
            .build();
    try (FlightClient client = SERVER.flight()) {
      byte[] answer =
          client
              .doAction(new Action("CreatePreparedStatement", Any.pack(request).toByteArray()))
              .next()
              .getBody();
      return Any.parseFrom(answer).unpack(ActionCreatePreparedStatementResult.class);
    }
  }

  private static List<byte[]> parameters(byte[] command) throws IOException {
    try (BigIntVector ids = new BigIntVector("id", SERVER.memory());
        VarCharVector names = new VarCharVector("name", SERVER.memory());
        ListVector lists = ListVector.empty("list", SERVER.memory())) {
      UnionListWriter list = lists.getWriter();
      for (int row = 0; row < 1; row++) {
        ids.setSafe(row, row);
        names.setSafe(row, "name".getBytes(UTF_8));
        list.setPosition(row);
        list.startList();
        list.bigInt().writeBigInt(7);
        list.endList();
      }
      VectorSchemaRoot root = VectorSchemaRoot.of(ids, names, lists);
      root.setRowCount(1);
      List<byte[]> twice =
          UploadMessages.of(command, root, new DictionaryProvider.MapDictionaryProvider());
      return twice.subList(0, twice.size() - 1); // a query takes one row
    }
  }
}
