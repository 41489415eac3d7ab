package io.sparkflight.sql.cli;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightErrors;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.sql.demo.LocalFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** Makes a folder's Parquet files tables of an application, seen by each of its sessions. */
final class DataFolder {
  private static final String SUFFIX = ".parquet";

  private DataFolder() {}

  /**
   * Creates a table for each Parquet file, and each folder that holds some, directly in a folder.
   *
   * @return the names, in their order
   * @throws FlightFailure if a file is none that Spark can read, or two have one name
   */
  static List<String> createTables(SparkSession spark, Path folder) {
    Map<String, Path> tables = new TreeMap<>();
    for (Path entry : entries(folder)) {
      if (holdsParquet(entry)) {
        Path other = tables.put(name(entry), entry);
        if (other != null) {
          throw invalid(
              folder, "%s and %s would have one name".formatted(other, entry), "Rename one");
        }
      }
    }
    tables.forEach((name, path) -> create(spark, name, path));
    return new ArrayList<>(tables.keySet());
  }

  private static void create(SparkSession spark, String name, Path path) {
    String quoted = "`" + name.replace("`", "``") + "`";
    try {
      spark.sql(
          "CREATE TABLE IF NOT EXISTS %s USING parquet LOCATION '%s'"
              .formatted(quoted, literal(LocalFiles.location(path))));
      boolean partitioned =
          spark.catalog().listColumns(quoted).collectAsList().stream()
              .anyMatch(column -> column.isPartition());
      if (partitioned) { // Spark finds the columns by itself, but not the folders
        spark.catalog().recoverPartitions(quoted);
      }
    } catch (Exception e) { // Scala throws checked exceptions undeclared
      throw FlightErrors.ofSpark("serve %s as the table %s".formatted(path, name), e);
    }
  }

  private static String literal(String text) {
    return text.replace("\\", "\\\\").replace("'", "\\'");
  }

  private static List<Path> entries(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw invalid(folder, "it is not a folder", "Name one that holds Parquet files");
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(DataFolder::visible).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read %s: %s.".formatted(folder, e), e);
    }
  }

  private static boolean holdsParquet(Path entry) {
    try (Stream<Path> files = Files.find(entry, 16, (file, what) -> what.isRegularFile())) {
      return files.anyMatch(
          file -> visible(file) && file.toString().toLowerCase(Locale.ROOT).endsWith(SUFFIX));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read %s: %s.".formatted(entry, e), e);
    }
  }

  /** As Spark reads folders: what begins with a dot or an underscore is not data. */
  private static boolean visible(Path file) {
    String name = String.valueOf(file.getFileName());
    return !name.startsWith(".") && !name.startsWith("_");
  }

  /** Spark's catalog takes letters, digits and underscores of ASCII only. */
  private static String name(Path entry) {
    String name = String.valueOf(entry.getFileName()).toLowerCase(Locale.ROOT);
    String plain =
        name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    return plain.replaceAll("[^a-z0-9_]", "_");
  }

  private static FlightFailure invalid(Path folder, String why, String what) {
    return new FlightFailure(
        ErrorKind.INVALID, "Cannot serve the files of %s: %s. %s.".formatted(folder, why, what));
  }
}
