package io.sparkflight.sql.parameter;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Dates, moments and intervals of Arrow vectors; Spark counts them in days and microseconds. */
final class ArrowTimes {
  private static final int NANOS_PER_MICRO = 1_000;
  private static final long MILLIS_PER_DAY = 86_400_000L;

  private ArrowTimes() {}

  /**
   * One value that is not null.
   *
   * @throws IllegalArgumentException if it is finer than Spark's
   * @throws ArithmeticException if it is too far away
   * @throws java.time.DateTimeException if it is too far away
   */
  static Object value(ValueVector vector, int row) {
    return switch (vector.getMinorType()) {
      case DATEDAY -> LocalDate.ofEpochDay(((DateDayVector) vector).get(row));
      case DATEMILLI -> date(((DateMilliVector) vector).get(row));
      case DURATION -> duration((DurationVector) vector, row);
      case INTERVALDAY -> ((IntervalDayVector) vector).getObject(row);
      case INTERVALYEAR -> Period.ofMonths(((IntervalYearVector) vector).get(row));
      default -> moment((TimeStampVector) vector, row);
    };
  }

  private static LocalDate date(long millis) {
    if (millis % MILLIS_PER_DAY != 0) {
      throw new IllegalArgumentException("its date has a time of day");
    }
    return LocalDate.ofEpochDay(millis / MILLIS_PER_DAY);
  }

  private static Duration duration(DurationVector vector, int row) {
    return Duration.of(
        micros(vector.getUnit(), DurationVector.get(vector.getDataBuffer(), row)),
        ChronoUnit.MICROS);
  }

  private static Object moment(TimeStampVector vector, int row) {
    ArrowType.Timestamp type = (ArrowType.Timestamp) vector.getField().getType();
    Instant instant =
        Instant.EPOCH.plus(micros(type.getUnit(), vector.get(row)), ChronoUnit.MICROS);
    return type.getTimezone() == null ? LocalDateTime.ofInstant(instant, ZoneOffset.UTC) : instant;
  }

  private static long micros(TimeUnit unit, long value) {
    return switch (unit) {
      case SECOND -> Math.multiplyExact(value, 1_000_000L);
      case MILLISECOND -> Math.multiplyExact(value, 1_000L);
      case MICROSECOND -> value;
      case NANOSECOND -> {
        if (value % NANOS_PER_MICRO != 0) {
          throw new IllegalArgumentException("it has nanoseconds, and Spark has microseconds");
        }
        yield value / NANOS_PER_MICRO;
      }
    };
  }
}
