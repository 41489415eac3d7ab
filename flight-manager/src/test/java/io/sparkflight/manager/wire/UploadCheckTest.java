package io.sparkflight.manager.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.flatbuffers.FlatBufferBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What Arrow itself writes passes; what would cost the server more than it brings does not. */
class UploadCheckTest {
  private static final byte[] COMMAND = "any".getBytes(UTF_8);

  private static final List<ArrowType> SIMPLE =
      List.of(
          ArrowType.Null.INSTANCE,
          ArrowType.Bool.INSTANCE,
          new ArrowType.Int(8, true),
          new ArrowType.Int(64, false),
          new ArrowType.FloatingPoint(FloatingPointPrecision.HALF),
          new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
          new ArrowType.Decimal(38, 10, 128),
          new ArrowType.Decimal(76, 10, 256),
          new ArrowType.Date(DateUnit.MILLISECOND),
          new ArrowType.Time(TimeUnit.NANOSECOND, 64),
          new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"),
          new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO),
          new ArrowType.Duration(TimeUnit.SECOND),
          new ArrowType.FixedSizeBinary(5),
          ArrowType.Utf8.INSTANCE,
          ArrowType.Binary.INSTANCE,
          ArrowType.LargeUtf8.INSTANCE,
          ArrowType.LargeBinary.INSTANCE,
          ArrowType.Utf8View.INSTANCE);

  private final BufferAllocator allocator = new RootAllocator();
  private final UploadCheck check = new UploadCheck(allocator);

  @AfterEach
  void nothingIsLeft() {
    allocator.close();
  }

  @Test
  void everyTypePasses() throws IOException {
    List<Field> fields = new ArrayList<>();
    for (ArrowType type : SIMPLE) {
      fields.add(field("f" + fields.size(), type));
    }
    Field number = field("n", new ArrowType.Int(32, true));
    Field text = field("t", ArrowType.Utf8.INSTANCE);
    fields.add(field("struct", ArrowType.Struct.INSTANCE, number, text));
    fields.add(field("list", ArrowType.List.INSTANCE, number));
    fields.add(field("large list", ArrowType.LargeList.INSTANCE, text));
    fields.add(field("fixed list", new ArrowType.FixedSizeList(3), number));
    fields.add(
        field("sparse", new ArrowType.Union(UnionMode.Sparse, new int[] {7, 8}), number, text));
    fields.add(
        field("dense", new ArrowType.Union(UnionMode.Dense, new int[] {7, 8}), number, text));
    Field entries =
        new Field(
            "entries",
            FieldType.notNullable(ArrowType.Struct.INSTANCE),
            List.of(new Field("key", FieldType.notNullable(number.getType()), List.of()), text));
    fields.add(field("map", new ArrowType.Map(false), entries));
    try (VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(fields), allocator)) {
      root.allocateNew();
      root.getFieldVectors().forEach(vector -> vector.setValueCount(3));
      root.setRowCount(3);
      pass(UploadMessages.of(COMMAND, root, new MapDictionaryProvider()));
    }
  }

  @Test
  void aDictionaryPasses() throws IOException {
    try (VarCharVector words = new VarCharVector("word", allocator)) {
      words.setSafe(0, COMMAND);
      words.setSafe(1, COMMAND);
      words.setValueCount(2);
      Dictionary dictionary = new Dictionary(words, new DictionaryEncoding(3, false, null));
      try (FieldVector encoded = (FieldVector) DictionaryEncoder.encode(words, dictionary);
          VectorSchemaRoot root = VectorSchemaRoot.of(encoded)) {
        List<byte[]> messages =
            UploadMessages.of(COMMAND, root, new MapDictionaryProvider(dictionary));
        assertThat(messages).hasSize(4); // schema, dictionary, twice the rows
        pass(messages);
      }
    }
  }

  /** Thirty fields, each twice the child of the one before: a billion when read as a tree. */
  @Test
  void aSchemaThatIsLargerThanItsBytes() {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int field = fieldOf(builder);
    for (int level = 0; level < 30; level++) {
      field = fieldOf(builder, field, field);
    }
    assertRefused(schema(builder, field), "its schema says more than it has bytes for");
  }

  @Test
  void aNameThatIsUsedAgainAndAgain() {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int name = builder.createString("x".repeat(10_000));
    int[] fields = new int[1_000];
    Arrays.setAll(fields, i -> named(builder, name));
    assertRefused(schema(builder, fields), "its schema says more than it has bytes for");
  }

  /**
   * Every number of the message made to lead back to every place; some make a field its own child.
   */
  @Test
  void offsetsThatLeadBack() throws IOException {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    byte[] header = schema(builder, fieldOf(builder, fieldOf(builder)));
    Set<String> refusals = new HashSet<>();
    for (int at = 0; at < header.length; at += 4) {
      for (int target = 0; target < at; target += 4) {
        byte[] changed = header.clone();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(at, target - at);
        try {
          new UploadCheck(allocator).message(UploadMessages.message(COMMAND, changed, new byte[0]));
        } catch (IllegalArgumentException e) {
          refusals.add(e.getMessage());
        }
      }
    }
    assertThat(refusals).contains("its schema says more than it has bytes for");
  }

  private void assertRefused(byte[] header, String why) {
    assertThatThrownBy(() -> check.message(UploadMessages.message(COMMAND, header, new byte[0])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(why);
    assertThat(check.hasSchema()).isFalse();
  }

  private void pass(List<byte[]> messages) throws IOException {
    for (byte[] message : messages) {
      check.message(message);
    }
    assertThat(check.hasSchema()).isTrue();
  }

  private static Field field(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.nullable(type), List.of(children));
  }

  private static int fieldOf(FlatBufferBuilder builder, int... children) {
    int name = builder.createString("f");
    int vector = org.apache.arrow.flatbuf.Field.createChildrenVector(builder, children);
    org.apache.arrow.flatbuf.Struct_.startStruct_(builder);
    int type = org.apache.arrow.flatbuf.Struct_.endStruct_(builder);
    return org.apache.arrow.flatbuf.Field.createField(
        builder, name, true, Type.Struct_, type, 0, vector, 0);
  }

  private static int named(FlatBufferBuilder builder, int name) {
    org.apache.arrow.flatbuf.Null.startNull(builder);
    int type = org.apache.arrow.flatbuf.Null.endNull(builder);
    return org.apache.arrow.flatbuf.Field.createField(
        builder, name, true, Type.Null, type, 0, 0, 0);
  }

  private static byte[] schema(FlatBufferBuilder builder, int... fields) {
    int vector = org.apache.arrow.flatbuf.Schema.createFieldsVector(builder, fields);
    int schema = org.apache.arrow.flatbuf.Schema.createSchema(builder, (short) 0, vector, 0, 0);
    builder.finish(
        Message.createMessage(builder, MetadataVersion.V5, MessageHeader.Schema, schema, 0, 0));
    return builder.sizedByteArray();
  }
}
