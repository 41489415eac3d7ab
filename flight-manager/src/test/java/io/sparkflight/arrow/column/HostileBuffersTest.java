package io.sparkflight.arrow.column;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.error.FlightFailure;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.spark.sql.catalyst.InternalRow;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Buffers of a server that lies, or is broken: {@link ArrowColumns} reads memory without a look at
 * the bounds of each value, so what is not there must be refused before.
 */
class HostileBuffersTest {
  private final BufferAllocator memory = new RootAllocator();

  @AfterEach
  void close() {
    memory.close();
  }

  /** Values are read without a look at the bounds, so the bounds are looked at before. */
  @Test
  void buffersThatAreTooShortAreRefused() {
    for (FieldVector vector :
        List.of(
            new BitVector("v", memory),
            new TinyIntVector("v", memory),
            new IntVector("v", memory),
            new BigIntVector("v", memory),
            new Float8Vector("v", memory),
            new DateDayVector("v", memory),
            new TimeStampMicroVector("v", memory),
            new DecimalVector("v", memory, 5, 2),
            new VarCharVector("v", memory),
            new LargeVarCharVector("v", memory))) {
      try (vector;
          ArrowBuf valid = ones();
          ArrowBuf few = memory.buffer(8)) {
        few.setZero(0, 8);
        few.writerIndex(8);
        load(vector, 1_000, valid, few);
        assertThatThrownBy(() -> ArrowColumnsTest.row(vector, 0))
            .as(vector.getMinorType().name())
            .isInstanceOf(FlightFailure.class)
            .hasMessageContaining("Cannot take column v: it has");
      }
    }
  }

  @Test
  void valuesThatAreNotWhereTheySayAreRefused() {
    for (int[] offsets : new int[][] {{0, 9}, {-1, 1}, {3, 2}, {0, Integer.MAX_VALUE}}) {
      try (VarCharVector text = new VarCharVector("v", memory);
          VarBinaryVector binary = new VarBinaryVector("v", memory);
          ArrowBuf valid = ones();
          ArrowBuf places = memory.buffer(8);
          ArrowBuf bytes = memory.buffer(8)) {
        places.writeInt(offsets[0]);
        places.writeInt(offsets[1]);
        bytes.setZero(0, 8);
        bytes.writerIndex(8);
        text.loadFieldBuffers(new ArrowFieldNode(1, 0), List.of(valid, places, bytes));
        binary.loadFieldBuffers(new ArrowFieldNode(1, 0), List.of(valid, places, bytes));
        InternalRow texts = ArrowColumnsTest.row(text, 0);
        InternalRow binaries = ArrowColumnsTest.row(binary, 0);
        for (ThrowingCallable read :
            List.<ThrowingCallable>of(() -> texts.getUTF8String(0), () -> binaries.getBinary(0))) {
          assertThatThrownBy(read)
              .isInstanceOf(FlightFailure.class)
              .hasMessageContaining("a value of it is not where it says");
        }
      }
    }
  }

  /** The last place says how far the texts go, and lies. */
  @Test
  void textsBehindTheLastPlaceAreLookedAtAsWell() {
    try (VarCharVector text = new VarCharVector("v", memory);
        ArrowBuf valid = memory.buffer(8);
        ArrowBuf places = memory.buffer(12);
        ArrowBuf bytes = memory.buffer(8)) {
      valid.setZero(0, 8);
      valid.setByte(0, 1);
      valid.writerIndex(8);
      for (int place : new int[] {0, 3, 0}) {
        places.writeInt(place);
      }
      bytes.writeBytes(new byte[] {(byte) 0xf0, 'A', 'A', 0, 0, 0, 0, 0});
      text.loadFieldBuffers(new ArrowFieldNode(2, 1), List.of(valid, places, bytes));
      InternalRow row = ArrowColumnsTest.row(text, 0);
      assertThatThrownBy(() -> row.getUTF8String(0))
          .isInstanceOf(FlightFailure.class)
          .hasMessageContaining("its text is not UTF-8");
    }
  }

  @Test
  void listsOfElementsThatAreNotThereAreRefused() {
    try (ListVector lists = ListVector.empty("v", memory)) {
      var writer = lists.getWriter();
      writer.startList();
      writer.bigInt().writeBigInt(7);
      writer.endList();
      lists.setValueCount(1);
      lists.getOffsetBuffer().setInt(Integer.BYTES, 1_000_000);
      InternalRow row = ArrowColumnsTest.row(lists, 0);
      assertThatThrownBy(() -> row.getArray(0))
          .isInstanceOf(FlightFailure.class)
          .hasMessageContaining("it has values 0 to 1000000 of another column of 1");
    }
  }

  private static void load(FieldVector vector, int values, ArrowBuf valid, ArrowBuf few) {
    boolean text = vector instanceof VarCharVector || vector instanceof LargeVarCharVector;
    vector.loadFieldBuffers(
        new ArrowFieldNode(values, 0), text ? List.of(valid, few, few) : List.of(valid, few));
  }

  private ArrowBuf ones() {
    ArrowBuf bits = memory.buffer(128);
    bits.setOne(0L, 128L);
    bits.writerIndex(128);
    return bits;
  }
}
