package io.sparkflight.sql.demo;

/** Hears how far the generation of tables has come. Called from several threads. */
public interface Progress {
  /** Progress that nobody watches. */
  Progress SILENT =
      new Progress() {
        @Override
        public void started(String table, long expectedRows) {}

        @Override
        public void advanced(String table, long rows) {}

        @Override
        public void finished(String table) {}
      };

  /** A table is being generated; the number of rows is an estimate. */
  void started(String table, long expectedRows);

  /** More rows of a table are written; may come late, after the table is finished. */
  void advanced(String table, long rows);

  /** A table is complete and in its place. */
  void finished(String table);
}
