package io.sparkflight.manager.run;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.exchange.NamedUpload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Finds those that a commit names among the uploads that servers keep, or says what is wrong. */
final class UploadChoice {
  private final StructType columns;
  private final String json;
  private final @Nullable FlightFailure silent;
  private final Map<String, List<Found>> found = new HashMap<>();

  private record Found(NamedUpload upload, String columns) {}

  /**
   * @param groups what each server keeps
   * @param columns that all must have
   * @param silent why one server did not answer, if one did not
   */
  UploadChoice(List<NamedUpload.Group> groups, StructType columns, @Nullable FlightFailure silent) {
    this.columns = columns;
    this.json = columns.json();
    this.silent = silent;
    for (NamedUpload.Group group : groups) {
      for (NamedUpload upload : group.uploads()) {
        found
            .computeIfAbsent(upload.name(), name -> new ArrayList<>(1))
            .add(new Found(upload, group.columns()));
      }
    }
  }

  /**
   * The only one of a name.
   *
   * @throws FlightFailure NOT_FOUND, UNAVAILABLE or INVALID, as {@code UploadGroups.gather}
   */
  NamedUpload of(String name, long rows) {
    List<Found> same = found.getOrDefault(name, List.of());
    if (same.isEmpty()) {
      throw missing(name);
    }
    if (same.size() > 1) {
      throw refused(
          "Cannot take part %s: %d servers have one of this name. Use a name of its own for each upload."
              .formatted(name, same.size()));
    }
    NamedUpload only = same.get(0).upload();
    if (only.rows() != rows) {
      throw refused(
          "Cannot take part %s: it has %d rows, and %d are told. Tell what its upload was answered with."
              .formatted(name, only.rows(), rows));
    }
    String own = same.get(0).columns();
    if (!own.equals(json)) {
      throw refused(
          "Cannot take part %s: its columns are %s, and %s are told. Send the same columns in all parts."
              .formatted(name, ((StructType) DataType.fromJson(own)).toDDL(), columns.toDDL()));
    }
    return only;
  }

  private static FlightFailure refused(String sentence) {
    return new FlightFailure(ErrorKind.INVALID, sentence);
  }

  private FlightFailure missing(String name) {
    return silent == null
        ? new FlightFailure(
            ErrorKind.NOT_FOUND,
            "Cannot take part %s: no server has it; it was never sent, has been discarded, was not renewed in time, or its server was stopped. Send all rows again, under another id."
                .formatted(name))
        : new FlightFailure(
            ErrorKind.UNAVAILABLE,
            "Cannot take part %s: no server that answers has it, and one does not: %s Try again."
                .formatted(name, silent.sentence()),
            silent);
  }
}
