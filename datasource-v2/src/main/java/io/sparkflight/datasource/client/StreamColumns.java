package io.sparkflight.datasource.client;

import java.util.List;
import java.util.Objects;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** The columns that a stream brings, of the types that its readers see. */
final class StreamColumns {
  private StreamColumns() {}

  /** Waits for the first message. A dictionary's column has the type of the dictionary's values. */
  static Schema of(FlightStream stream) {
    return new Schema(fields(stream.getSchema().getFields(), stream.getDictionaryProvider()));
  }

  private static List<Field> fields(List<Field> sent, DictionaryProvider dictionaries) {
    return sent.stream().map(field -> plain(field, dictionaries)).toList();
  }

  private static Field plain(Field sent, DictionaryProvider dictionaries) {
    if (sent.getDictionary() == null) {
      FieldType type = new FieldType(sent.isNullable(), sent.getType(), null, sent.getMetadata());
      return new Field(sent.getName(), type, fields(sent.getChildren(), dictionaries));
    }
    Field values =
        Objects.requireNonNull(dictionaries.lookup(sent.getDictionary().getId()))
            .getVector()
            .getField();
    FieldType type = new FieldType(sent.isNullable(), values.getType(), null, sent.getMetadata());
    return new Field(sent.getName(), type, fields(values.getChildren(), dictionaries));
  }
}
