package io.sparkflight.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs benchmarks by name and prints one table; {@code --json FILE} writes the same figures. */
public final class Bench {
  private static final Map<String, Benchmark> ALL = new LinkedHashMap<>();

  static {
    ALL.put("parquet-chain", new ParquetChain());
    ALL.put("select-1", new SelectOne());
    ALL.put("memory", new PausedReader());
  }

  private Bench() {}

  /** One benchmark: runs, and returns its rows of the table. */
  interface Benchmark {
    List<Figure> run(Path cache) throws Exception;
  }

  /**
   * One row of the table.
   *
   * @param name what was measured
   * @param value the median
   * @param unit its unit
   * @param ratio against the peer or floor that {@code against} names; null if there is none
   * @param against the peer, with its figure
   * @param target what was promised
   */
  public record Figure(
      String name,
      double value,
      String unit,
      @Nullable Double ratio,
      String against,
      String target) {}

  public static void main(String[] args) throws Exception {
    List<String> names = new ArrayList<>(Arrays.asList(args));
    int json = names.indexOf("--json");
    Path jsonFile = null;
    if (json >= 0) {
      if (json + 1 == names.size()) {
        usage("--json needs a file");
      }
      jsonFile = Path.of(names.remove(json + 1));
      names.remove(json);
    }
    Path cache = Path.of(System.getProperty("bench.cache"));
    if (names.contains("--help") || names.contains("-h")) {
      usage("");
    }
    names.stream()
        .filter(name -> !ALL.containsKey(name))
        .findFirst()
        .ifPresent(name -> usage("unknown benchmark " + name));
    List<Figure> figures = new ArrayList<>();
    for (String name : names.isEmpty() ? ALL.keySet() : names) {
      System.err.println("running " + name + " …");
      figures.addAll(java.util.Objects.requireNonNull(ALL.get(name)).run(cache));
    }
    print(figures);
    if (jsonFile != null) {
      new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(jsonFile.toFile(), figures);
    }
    System.exit(0); // Spark leaves threads that are no daemons
  }

  /** The middle one. */
  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private static void print(List<Figure> figures) {
    System.out.printf(
        "%-38s %12s %-9s %8s  %-34s %s%n", "what", "median", "", "ratio", "against", "target");
    for (Figure figure : figures) {
      System.out.printf(
          "%-38s %12s %-9s %8s  %-34s %s%n",
          figure.name(),
          figure.value() >= 1000
              ? "%,.0f".formatted(figure.value())
              : "%.2f".formatted(figure.value()),
          figure.unit(),
          figure.ratio() == null ? "" : "%.2f ×".formatted(figure.ratio()),
          figure.against(),
          figure.target());
    }
  }

  private static void usage(String problem) {
    if (!problem.isEmpty()) {
      System.err.println("dev/bench: " + problem);
    }
    System.err.println(
        "usage: dev/bench [NAME…] [--json FILE]   names: " + String.join(", ", ALL.keySet()));
    System.exit(problem.isEmpty() ? 0 : 2);
  }
}
