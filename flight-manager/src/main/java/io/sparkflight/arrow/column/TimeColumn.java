package io.sparkflight.arrow.column;

import java.util.function.IntToLongFunction;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.spark.sql.types.DataType;

/**
 * Moments and intervals, which Spark counts in microseconds and Arrow in what it likes; and dates
 * that are counted in milliseconds.
 */
final class TimeColumn extends ArrowColumn {
  private static final long MILLIS_PER_DAY = 86_400_000L;
  private static final long MICROS_PER_MILLI = 1_000L;
  private static final long MICROS_PER_SECOND = 1_000_000L;
  private static final long NANOS_PER_MICRO = 1_000L;

  private final IntToLongFunction values;
  private final TimeUnit unit;

  private TimeColumn(DataType type, FieldVector vector, TimeUnit unit, IntToLongFunction values) {
    super(type, vector);
    this.unit = unit;
    this.values = values;
  }

  static ArrowColumn of(DataType type, FieldVector vector) {
    if (vector instanceof DateMilliVector dates) {
      return new TimeColumn(type, vector, TimeUnit.MILLISECOND, dates::get);
    }
    if (vector instanceof DurationVector durations) {
      if (durations.getUnit() == TimeUnit.MICROSECOND) {
        return NumberColumn.ofLong(type, vector);
      }
      return new TimeColumn(
          type,
          vector,
          durations.getUnit(),
          row -> DurationVector.get(durations.getDataBuffer(), row));
    }
    if (vector instanceof IntervalDayVector intervals) {
      return new TimeColumn(
          type,
          vector,
          TimeUnit.MILLISECOND,
          row ->
              IntervalDayVector.getDays(intervals.getDataBuffer(), row) * MILLIS_PER_DAY
                  + IntervalDayVector.getMilliseconds(intervals.getDataBuffer(), row));
    }
    TimeStampVector moments = (TimeStampVector) vector;
    ArrowType.Timestamp stamp = (ArrowType.Timestamp) vector.getField().getType();
    return stamp.getUnit() == TimeUnit.MICROSECOND
        ? NumberColumn.ofLong(type, vector)
        : new TimeColumn(type, vector, stamp.getUnit(), moments::get);
  }

  /** Days since the epoch. */
  @Override
  public int getInt(int row) {
    long millis = values.applyAsLong(row);
    if (millis % MILLIS_PER_DAY != 0) {
      throw refused("its date has a time of day");
    }
    return Math.toIntExact(millis / MILLIS_PER_DAY);
  }

  /** Microseconds. */
  @Override
  public long getLong(int row) {
    long value = values.applyAsLong(row);
    return switch (unit) {
      case SECOND -> micros(value, MICROS_PER_SECOND);
      case MILLISECOND -> micros(value, MICROS_PER_MILLI);
      case MICROSECOND -> value;
      case NANOSECOND -> {
        if (value % NANOS_PER_MICRO != 0) {
          throw refused("it has nanoseconds, and Spark has microseconds");
        }
        yield value / NANOS_PER_MICRO;
      }
    };
  }

  private long micros(long value, long factor) {
    long micros = value * factor;
    if (micros / factor != value) {
      throw refused("it is farther away than Spark can count in microseconds");
    }
    return micros;
  }
}
