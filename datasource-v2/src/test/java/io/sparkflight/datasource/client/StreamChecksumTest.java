package io.sparkflight.datasource.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.internal.CompositeReadableBuffer;
import io.grpc.internal.ReadableBuffers;
import io.sparkflight.arrow.BatchFrame;
import io.sparkflight.arrow.Frames;
import io.sparkflight.arrow.VectorFrames;
import io.sparkflight.manager.statement.AttemptTotals;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.junit.jupiter.api.Test;

/** What the source computes of arriving messages is what a server of ours computes of frames. */
class StreamChecksumTest {
  private static final byte[] TRAILER = "{\"rows\":1}".getBytes(UTF_8);

  private final Random random = new Random(20261122);

  /** How the bytes of a message may lie when it has come. */
  private interface Arrival {
    InputStream of(byte[] message);
  }

  @Test
  void ofPiecesAsTheNetworkCutsThem() throws IOException {
    assertCountedAsByTheServer(this::inPieces);
  }

  @Test
  void ofOneArray() throws IOException {
    assertCountedAsByTheServer(
        message -> ReadableBuffers.openStream(ReadableBuffers.wrap(message), true));
  }

  /** A message that was packed by gRPC comes so. */
  @Test
  void ofAStreamThatIsReadOnce() throws IOException {
    assertCountedAsByTheServer(
        message ->
            new SequenceInputStream(
                new ByteArrayInputStream(message), InputStream.nullInputStream()));
  }

  private void assertCountedAsByTheServer(Arrival arrival) throws IOException {
    for (int round = 0; round < 20; round++) {
      StreamChecksum arrived = new StreamChecksum();
      AttemptTotals sent = AttemptTotals.NONE;
      assertUnchanged(arrived, schema(), arrival);
      List<BatchFrame> frames = frames();
      for (int i = 0; i < frames.size(); i++) {
        BatchFrame frame = frames.get(i);
        sent = sent.plus(frame.rows(), frame.bytes().length, frame.crc());
        boolean last = i == frames.size() - 1;
        byte[] message = last ? Frames.withMetadata(frame.bytes(), TRAILER) : frame.bytes();
        assertUnchanged(arrived, message, arrival);
        assertThat(arrived.value())
            .as("after batch %d of round %d", i, round)
            .isEqualTo(sent.hash());
      }
    }
  }

  /** Whoever parses the message gets all of it. */
  private static void assertUnchanged(StreamChecksum arrived, byte[] message, Arrival arrival)
      throws IOException {
    try (InputStream counted = arrived.count(arrival.of(message))) {
      assertThat(counted.available()).isEqualTo(message.length);
      assertThat(counted.readAllBytes()).isEqualTo(message);
    }
  }

  /** Wherever it is, but in the app_metadata. */
  @Test
  void anyBitThatChangesIsSeen() throws IOException {
    byte[] frame = frame(3).bytes();
    byte[] message = Frames.withMetadata(frame, TRAILER);
    int metadata = message.length - frame.length;
    long right = of(message);
    for (int bit = 0; bit < message.length * Byte.SIZE; bit++) {
      byte[] changed = message.clone();
      changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      if (bit / Byte.SIZE >= metadata) {
        assertThat(of(changed)).as("with another bit %d", bit).isNotEqualTo(right);
      } else if (bit / Byte.SIZE >= 2) {
        assertThat(of(changed)).as("with another bit %d", bit).isEqualTo(right);
      }
    }
  }

  /** What is wrong with it is for Arrow to say. */
  @Test
  void aBrokenMessageCountsForNothing() throws IOException {
    byte[] frame = frame(3).bytes();
    for (int length = 0; length < frame.length; length++) {
      assertThat(of(Arrays.copyOf(frame, length))).as("of the first %d bytes", length).isZero();
    }
    byte[] endless = new byte[20];
    Arrays.fill(endless, (byte) 0xff);
    assertThat(of(endless)).isZero();
  }

  private long of(byte[] message) throws IOException {
    StreamChecksum arrived = new StreamChecksum();
    assertUnchanged(arrived, message, this::inPieces);
    return arrived.value();
  }

  private InputStream inPieces(byte[] message) {
    CompositeReadableBuffer pieces = new CompositeReadableBuffer();
    for (int from = 0; from < message.length; ) {
      int size = Math.min(message.length - from, 1 + random.nextInt(40));
      ByteBuffer piece = ByteBuffer.allocateDirect(size);
      piece.put(message, from, size).flip();
      pieces.addBuffer(ReadableBuffers.wrap(piece));
      from += size;
    }
    return ReadableBuffers.openStream(pieces, true);
  }

  private List<BatchFrame> frames() {
    List<BatchFrame> frames = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      frames.add(frame(random.nextInt(300)));
    }
    return frames;
  }

  private static byte[] schema() {
    try (BufferAllocator memory = new RootAllocator();
        VectorSchemaRoot root = root(memory)) {
      return new VectorFrames(root, new MapDictionaryProvider()).schema();
    }
  }

  /** With nulls, and without rows if it shall have none. */
  private BatchFrame frame(int rows) {
    try (BufferAllocator memory = new RootAllocator();
        VectorSchemaRoot root = root(memory)) {
      BigIntVector ids = (BigIntVector) root.getVector("id");
      VarCharVector names = (VarCharVector) root.getVector("name");
      for (int i = 0; i < rows; i++) {
        ids.setSafe(i, random.nextLong());
        if (random.nextBoolean()) {
          names.setSafe(i, ("n" + random.nextInt()).getBytes(UTF_8));
        }
      }
      root.setRowCount(rows);
      return new VectorFrames(root, new MapDictionaryProvider()).batch();
    }
  }

  private static VectorSchemaRoot root(BufferAllocator memory) {
    return VectorSchemaRoot.of(new BigIntVector("id", memory), new VarCharVector("name", memory));
  }
}
