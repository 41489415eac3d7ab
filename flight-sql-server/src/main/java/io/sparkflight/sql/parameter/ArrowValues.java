package io.sparkflight.sql.parameter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sparkflight.arrow.column.ArrowTypes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * Values of Arrow vectors in the form of Spark's public API. The vectors have been checked as far
 * as their buffers reach; what a value says is checked here.
 */
final class ArrowValues {
  private final DictionaryProvider dictionaries;
  private final ValueLimit limit = new ValueLimit();

  /**
   * @param dictionaries of the vectors
   */
  ArrowValues(DictionaryProvider dictionaries) {
    this.dictionaries = dictionaries;
  }

  /**
   * One value.
   *
   * @throws IllegalArgumentException if Spark cannot hold it, saying why
   * @throws ArithmeticException likewise
   * @throws java.time.DateTimeException likewise
   * @throws io.sparkflight.error.FlightFailure if the values up to this one take too much
   */
  @Nullable Object value(ValueVector vector, int row) {
    limit.take(0);
    if (vector.isNull(row)) {
      return null;
    }
    FieldVector values =
        vector instanceof FieldVector field ? ArrowTypes.entries(field, dictionaries) : null;
    if (values == null) {
      return present(vector, row);
    }
    long index = ((BaseIntVector) vector).getValueAsLong(row);
    if (index < 0 || index >= values.getValueCount()) {
      throw new IllegalArgumentException("its dictionary has no entry " + index);
    }
    return value(values, (int) index);
  }

  private Object present(ValueVector vector, int row) {
    return switch (vector.getMinorType()) {
      case BIT -> ((BitVector) vector).get(row) != 0;
      case UINT1, UINT2, UINT4, UINT8 -> unsigned((BaseIntVector) vector, row);
      case FLOAT2 -> ((Float2Vector) vector).getValueAsFloat(row);
      case VARCHAR -> text(counted(((VarCharVector) vector).get(row)));
      case LARGEVARCHAR -> text(counted(((LargeVarCharVector) vector).get(row)));
      case DECIMAL, DECIMAL256 -> decimal(vector, row);
      case LIST, LARGELIST, FIXED_SIZE_LIST -> list(vector, row);
      case MAP -> map((MapVector) vector, row);
      case STRUCT -> struct((StructVector) vector, row);
      case TINYINT, SMALLINT, INT, BIGINT, FLOAT4, FLOAT8 -> vector.getObject(row);
      case VARBINARY, LARGEVARBINARY, FIXEDSIZEBINARY -> counted((byte[]) vector.getObject(row));
      default -> ArrowTimes.value(vector, row);
    };
  }

  private byte[] counted(byte[] content) {
    limit.take(content.length);
    return content;
  }

  private static Object unsigned(BaseIntVector vector, int row) {
    long bits = vector.getValueAsLong(row);
    if (vector instanceof UInt8Vector) {
      return new BigDecimal(new BigInteger(Long.toUnsignedString(bits)));
    }
    return switch (vector.getMinorType()) {
      case UINT1 -> (short) (bits & 0xFF);
      case UINT2 -> (int) (bits & 0xFFFF);
      default -> bits & 0xFFFF_FFFFL;
    };
  }

  /** Arrow's own decoding puts a question mark where there is no character. */
  private static String text(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("its text is not UTF-8", e);
    }
  }

  private static BigDecimal decimal(ValueVector vector, int row) {
    ArrowType.Decimal type = (ArrowType.Decimal) vector.getField().getType();
    BigDecimal value = (BigDecimal) vector.getObject(row);
    if (value.precision() > type.getPrecision()) {
      throw new IllegalArgumentException(
          "its value has more than the %d digits of its type".formatted(type.getPrecision()));
    }
    return value;
  }

  private Object[] list(ValueVector vector, int row) {
    ValueVector elements;
    long from;
    long to;
    if (vector instanceof LargeListVector large) {
      elements = large.getDataVector();
      from = large.getElementStartIndex(row);
      to = large.getElementEndIndex(row);
    } else {
      BaseListVector list = (BaseListVector) vector;
      elements = list.getChildrenFromFields().get(0);
      from = list.getElementStartIndex(row);
      to = list.getElementEndIndex(row);
    }
    limit.take(Long.BYTES * (to - from));
    @Nullable Object[] values = new @Nullable Object[Math.toIntExact(to - from)];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(elements, (int) from + i);
    }
    return values;
  }

  private Map<Object, @Nullable Object> map(MapVector vector, int row) {
    List<FieldVector> entries = ((StructVector) vector.getDataVector()).getChildrenFromFields();
    Map<Object, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = vector.getElementStartIndex(row); i < vector.getElementEndIndex(row); i++) {
      Object key = value(entries.get(0), i);
      if (key == null || map.containsKey(key)) {
        throw new IllegalArgumentException("its map has a key twice, or none");
      }
      map.put(key, value(entries.get(1), i));
    }
    return map;
  }

  private Row struct(StructVector vector, int row) {
    List<FieldVector> children = vector.getChildrenFromFields();
    @Nullable Object[] values = new @Nullable Object[children.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(children.get(i), row);
    }
    return RowFactory.create(values);
  }
}
