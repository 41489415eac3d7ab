package io.sparkflight.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A client in another language: a program that takes {@code features} or {@code types} and a URI,
 * and prints JSON.
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
