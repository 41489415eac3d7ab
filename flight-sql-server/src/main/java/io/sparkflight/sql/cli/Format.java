package io.sparkflight.sql.cli;

import java.util.Locale;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** The forms in which rows can be had. */
enum Format {
  TABLE {
    @Override
    ResultWriter writer(Schema schema, Target target, BufferAllocator memory) {
      return new TableWriter(
          schema, target.text(), target.isStandardOutput() ? Screen.columns() : Integer.MAX_VALUE);
    }
  },
  CSV {
    @Override
    ResultWriter writer(Schema schema, Target target, BufferAllocator memory) {
      return new CsvTextWriter(schema, target.text());
    }
  },
  JSON {
    @Override
    ResultWriter writer(Schema schema, Target target, BufferAllocator memory) {
      return new JsonLinesWriter(target.text());
    }
  },
  ARROW {
    @Override
    ResultWriter writer(Schema schema, Target target, BufferAllocator memory) {
      return new ArrowFile(schema, target.bytes(), memory);
    }
  };

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  abstract ResultWriter writer(Schema schema, Target target, BufferAllocator memory);
}
