package io.sparkflight.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkflight.testing.Answer;
import io.sparkflight.testing.Canonical;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A client in another language: a program that takes {@code features}, {@code types}, {@code
 * parameters} or, if it is Python's, {@code answers}, and a URI, and prints JSON.
 */
record ProgramClient(String name, List<String> command) implements Client {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** ADBC for Python, with its libraries. */
  static ProgramClient python() {
    return new ProgramClient(
        "ADBC Python", List.of(PythonEnvironment.make().python(), "python/check.py"));
  }

  /** ADBC for Go, built from its modules. */
  static ProgramClient go() throws IOException, InterruptedException {
    String program = java.nio.file.Path.of("target", "go-client").toAbsolutePath().toString();
    String built = Programs.run(List.of("go", "build", "-C", "go", "-o", program, "."), "");
    if (!built.isEmpty()) {
      throw new IOException("Cannot build the Go client: " + built);
    }
    return new ProgramClient("ADBC Go", List.of(program));
  }

  @Override
  public List<Feature> features(String authority) throws IOException, InterruptedException {
    List<Feature> features = new ArrayList<>();
    for (JsonNode line : run("features", authority, "")) {
      features.add(new Feature(line.get("feature").asText(), line.path("why").asText()));
    }
    return features;
  }

  @Override
  public List<Value> values(String authority, List<String> expressions)
      throws IOException, InterruptedException {
    List<Value> values = new ArrayList<>();
    for (JsonNode line : run("types", authority, String.join("\n", expressions) + "\n")) {
      values.add(
          new Value(
              line.path("type").asText(),
              line.has("error") ? line.get("error").asText() : line.get("value").asText()));
    }
    return values;
  }

  @Override
  public List<Bound> bind(String authority, List<Parameter> parameters)
      throws IOException, InterruptedException {
    StringBuilder input = new StringBuilder();
    for (Parameter parameter : parameters) {
      input.append(parameter.expression()).append('\t').append(parameter.query()).append('\n');
    }
    List<Bound> bound = new ArrayList<>();
    for (JsonNode line : run("parameters", authority, input.toString())) {
      bound.add(new Bound(line.path("arrived").asText(), line.path("limit").asText()));
    }
    return bound;
  }

  /**
   * Runs statements, one after the other in a session.
   *
   * @return the answer to each; of one that failed, columns that say why
   */
  List<Answer> answers(String authority, List<String> statements)
      throws IOException, InterruptedException {
    StringBuilder input = new StringBuilder();
    for (String statement : statements) {
      input.append(JSON.writeValueAsString(statement)).append('\n');
    }
    List<Answer> answers = new ArrayList<>();
    for (JsonNode line : run("answers", authority, input.toString())) {
      answers.add(
          line.has("error")
              ? new Answer(List.of("failed: " + line.get("error").asText()), List.of())
              : answer(line));
    }
    return answers;
  }

  private static Answer answer(JsonNode line) {
    List<String> columns = new ArrayList<>();
    List<String> types = new ArrayList<>();
    for (JsonNode column : line.get("columns")) {
      types.add(column.get(1).asText());
      columns.add(column.get(0).asText() + " " + column.get(1).asText());
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode values : line.get("rows")) {
      List<String> row = new ArrayList<>();
      for (JsonNode value : values) {
        row.add(Canonical.ofText(types.get(row.size()), value.isNull() ? null : value.asText()));
      }
      rows.add(row);
    }
    return new Answer(columns, rows);
  }

  private List<JsonNode> run(String what, String authority, String input)
      throws IOException, InterruptedException {
    List<String> whole = new ArrayList<>(command);
    whole.addAll(List.of(what, "grpc://" + authority));
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Programs.run(whole, input).lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }
}
