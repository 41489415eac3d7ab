package io.sparkflight.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What can be known of the compose file and the Dockerfile without running a container. */
class ContainersTest {
  private static final Path ROOT = Path.of("..");
  private static final Path DOCKER = ROOT.resolve("dev/docker");
  private static final Pattern ADDRESS = Pattern.compile("(?:[a-z]+://)?([a-z0-9-]+):[0-9]+");

  private static Map<String, Map<String, Object>> services = Map.of();
  private static Map<String, Object> compose = Map.of();

  @BeforeAll
  static void read() throws IOException {
    compose = new Yaml().load(Files.readString(DOCKER.resolve("compose.yaml")));
    services = map(compose.getOrDefault("services", Map.of()));
  }

  @Test
  void everyPartOfTheClusterIsThere() {
    assertThat(services)
        .containsOnlyKeys(
            "zookeeper", "metastore", "master", "worker-1", "worker-2", "server-1", "server-2");
  }

  @Test
  void everyCommandIsOneTheEntrypointKnows() throws IOException {
    String entrypoint = Files.readString(DOCKER.resolve("entrypoint"));

    services.forEach(
        (name, service) ->
            assertThat(entrypoint)
                .as(name)
                .contains("role == \"" + strings(service, "command").get(0)));
  }

  @Test
  void everyNameUsedIsDeclared() {
    services.forEach(
        (name, service) -> {
          assertThat(service).as(name).containsEntry("hostname", name);
          assertThat(services.keySet()).as(name).containsAll(strings(service, "depends_on"));
          assertThat(map(compose.getOrDefault("volumes", Map.of())).keySet())
              .as(name)
              .containsAll(
                  strings(service, "volumes").stream()
                      .map(v -> v.substring(0, v.indexOf(':')))
                      .toList());
          map(service.getOrDefault("environment", Map.of()))
              .forEach((key, value) -> assertAddressIsOfAService(key, value.toString()));
        });
  }

  @Test
  void portsAreOpenToThisMachineOnly() {
    services.forEach(
        (name, service) ->
            assertThat(strings(service, "ports"))
                .as(name)
                .allMatch(p -> p.startsWith("127.0.0.1:")));
  }

  @Test
  void everyVariableIsOneTheEntrypointReads() throws IOException {
    String entrypoint = Files.readString(DOCKER.resolve("entrypoint"));

    services.forEach(
        (name, service) ->
            assertThat(map(service.getOrDefault("environment", Map.of())).keySet())
                .as(name)
                .allMatch(variable -> entrypoint.contains('"' + variable + '"')));
  }

  @Test
  void everyFileTheImageCopiesExists() throws IOException {
    List<String> copied =
        Files.readAllLines(DOCKER.resolve("Dockerfile")).stream()
            .filter(line -> line.startsWith("COPY ") && !line.contains("--from="))
            .flatMap(
                line -> Arrays.stream(line.split(" ")).skip(1).limit(line.split(" ").length - 2))
            .toList();

    assertThat(copied).isNotEmpty().allMatch(file -> Files.exists(ROOT.resolve(file)));
  }

  private static void assertAddressIsOfAService(String key, String value) {
    ADDRESS
        .matcher(value)
        .results()
        .map((MatchResult address) -> address.group(1))
        .forEach(host -> assertThat(services).as(key).containsKey(host));
  }

  @SuppressWarnings("unchecked") // YAML mappings have string keys here
  private static <T> Map<String, T> map(Object value) {
    return (Map<String, T>) value;
  }

  private static List<String> strings(Map<String, Object> service, String key) {
    return ((List<?>) service.getOrDefault(key, List.of())).stream().map(Object::toString).toList();
  }
}
