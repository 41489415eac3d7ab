package io.sparkflight.sql.metadata;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.complex.impl.UnionMapWriter;
import org.apache.arrow.vector.complex.writer.BaseWriter;

/** Writes {@link SqlInfoValues} into the dense union that Flight SQL prescribes. */
final class SqlInfoRows {
  private SqlInfoRows() {}

  /** Sends the values of the codes, or all; codes that nobody has defined are left out. */
  static void send(
      BufferAllocator allocator,
      Map<SqlInfo, Object> values,
      List<Integer> codes,
      ServerStreamListener listener) {
    List<Map.Entry<SqlInfo, Object>> wanted =
        values.entrySet().stream()
            .filter(entry -> codes.isEmpty() || codes.contains(entry.getKey().getNumber()))
            .toList();
    try (VectorSchemaRoot root = VectorSchemaRoot.create(Schemas.GET_SQL_INFO_SCHEMA, allocator)) {
      listener.start(root);
      root.allocateNew();
      UInt4Vector names = (UInt4Vector) root.getVector(0);
      DenseUnionVector union = (DenseUnionVector) root.getVector(1);
      for (int row = 0; row < wanted.size(); row++) {
        names.setSafe(row, wanted.get(row).getKey().getNumber());
        write(union, row, wanted.get(row).getValue());
      }
      root.setRowCount(wanted.size());
      listener.putNext();
      listener.completed();
    }
  }

  private static void write(DenseUnionVector union, int row, Object value) {
    byte type = type(value);
    FieldVector child = (FieldVector) union.getVectorByType(type);
    int at = child.getValueCount();
    union.setTypeId(row, type);
    union.getOffsetBuffer().setInt((long) row * DenseUnionVector.OFFSET_WIDTH, at);
    switch (type) {
      case 0 ->
          ((VarCharVector) child).setSafe(at, ((String) value).getBytes(StandardCharsets.UTF_8));
      case 1 -> ((BitVector) child).setSafe(at, Boolean.TRUE.equals(value) ? 1 : 0);
      case 2 -> ((BigIntVector) child).setSafe(at, (Long) value);
      case 3 -> ((IntVector) child).setSafe(at, (Integer) value);
      case 4 -> writeTexts((ListVector) child, at, (List<?>) value);
      default -> writeNumbers((MapVector) child, at, (Map<?, ?>) value);
    }
    child.setValueCount(at + 1);
  }

  /** The place of a value's type among the union's children, as Flight SQL numbers them. */
  private static byte type(Object value) {
    int type =
        value instanceof String
            ? 0
            : value instanceof Boolean
                ? 1
                : value instanceof Long
                    ? 2
                    : value instanceof Integer ? 3 : value instanceof List ? 4 : 5;
    return (byte) type;
  }

  private static void writeTexts(ListVector lists, int at, List<?> texts) {
    UnionListWriter writer = lists.getWriter();
    writer.setPosition(at);
    writer.startList();
    texts.forEach(text -> writer.writeVarChar((String) text));
    writer.endList();
  }

  private static void writeNumbers(MapVector maps, int at, Map<?, ?> numbers) {
    UnionMapWriter writer = maps.getWriter();
    writer.setPosition(at);
    writer.startMap();
    numbers.forEach(
        (key, values) -> {
          writer.startEntry();
          writer.key().integer().writeInt((Integer) key);
          BaseWriter.ListWriter list = writer.value().list();
          list.startList();
          ((List<?>) values).forEach(number -> list.integer().writeInt((Integer) number));
          list.endList();
          writer.endEntry();
        });
    writer.endMap();
  }
}
