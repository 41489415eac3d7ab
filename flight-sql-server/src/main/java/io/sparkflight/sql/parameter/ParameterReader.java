package io.sparkflight.sql.parameter;

import io.sparkflight.arrow.column.ArrowTypes;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/** Reads the values of one upload. Belongs to one call. */
public final class ParameterReader {
  private final FlightStream stream;
  private final ArrowValues values;
  private final List<List<@Nullable Object>> rows = new ArrayList<>();

  private ParameterReader(FlightStream stream) {
    this.stream = stream;
    this.values = new ArrowValues(stream.getDictionaryProvider());
  }

  /**
   * Reads an upload to its end.
   *
   * @throws FlightFailure if a value has no form in Spark, or they are too many
   */
  public static ParameterRows read(FlightStream stream) {
    VectorSchemaRoot root = stream.getRoot();
    return root.getFieldVectors().isEmpty()
        ? ParameterRows.NONE
        : new ParameterReader(stream).read(root);
  }

  private ParameterRows read(VectorSchemaRoot root) {
    List<DataType> types = types(root); // first: of one without a form, not one value is loaded
    while (stream.next()) {
      for (int row = 0; row < root.getRowCount(); row++) {
        rows.add(row(root, row));
      }
    }
    return new ParameterRows(types, rows);
  }

  private List<DataType> types(VectorSchemaRoot root) {
    List<DataType> types = new ArrayList<>();
    for (FieldVector vector : root.getFieldVectors()) {
      try {
        types.add(ArrowTypes.of(vector, stream.getDictionaryProvider()));
      } catch (IllegalArgumentException e) {
        throw new FlightFailure(
            ErrorKind.INVALID,
            "Cannot bind parameter %d: %s. Send another type."
                .formatted(types.size() + 1, e.getMessage()),
            e);
      }
    }
    return types;
  }

  private List<@Nullable Object> row(VectorSchemaRoot root, int row) {
    List<@Nullable Object> read = new ArrayList<>();
    for (FieldVector vector : root.getFieldVectors()) {
      try {
        read.add(values.value(vector, row));
      } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
        throw new FlightFailure(
            ErrorKind.INVALID,
            "Cannot bind parameter %d of row %d: %s. Send another value."
                .formatted(read.size() + 1, rows.size() + 1, e.getMessage()),
            e);
      }
    }
    return Collections.unmodifiableList(read);
  }
}
