package io.sparkflight.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs benchmarks by name and prints one table; {@code --json FILE} writes the same figures. */
public final class Bench {
  private static final Logger LOG = LoggerFactory.getLogger(Bench.class);
  private static final Map<String, Benchmark> ALL = new LinkedHashMap<>();

  static {
    ALL.put("parquet-chain", new ParquetChain());
    ALL.put("small", new SmallQueries());
    ALL.put("largest-lookup", new LargestLookup());
    ALL.put("metadata", new Metadata());
    ALL.put("point-query", new PointQuery());
    ALL.put("memory", new PausedReader(0.1));
    ALL.put("growth", new PausedReader(1));
    ALL.put("reread", new Reread());
    ALL.put("contract", new ContractCost());
    ALL.put("convert", new Conversion());
    ALL.put("packing", new Packing());
    ALL.put("lineitem", new Lineitem(2));
    ALL.put("lineitem-10", new Lineitem(10));
    ALL.put("shapes", new Shapes());
    ALL.put("servers", new ClusterSizes());
    ALL.put("source-read", new Source(true));
    ALL.put("source-write", new Source(false));
    ALL.put("fair", new FairShares());
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
    if (names.contains("--help") || names.contains("-h")) {
      usage("");
    }
    Optional<Path> json = takeJson(names);
    names.stream()
        .filter(name -> !ALL.containsKey(name))
        .findFirst()
        .ifPresent(name -> usage("unknown benchmark " + name));
    Path cache = Path.of(System.getProperty("bench.cache"));
    List<Figure> figures = new ArrayList<>();
    boolean failed = false;
    printHead();
    for (Map.Entry<String, Benchmark> benchmark : ALL.entrySet()) {
      if (names.isEmpty() || names.contains(benchmark.getKey())) {
        List<Figure> found = run(benchmark.getKey(), benchmark.getValue(), cache);
        failed |= found.isEmpty();
        print(found);
        figures.addAll(found);
      }
    }
    if (json.isPresent()) {
      new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(json.get().toFile(), figures);
    }
    System.exit(failed ? 1 : 0); // Spark leaves threads that are no daemons
  }

  /** One that fails must not take the figures of the others along. */
  private static List<Figure> run(String name, Benchmark benchmark, Path cache) {
    System.err.println("running " + name + " …");
    try {
      return benchmark.run(cache);
    } catch (Exception e) {
      LOG.error("dev/bench: {} has failed", name, e);
      return List.of();
    }
  }

  private static Optional<Path> takeJson(List<String> arguments) {
    int option = arguments.indexOf("--json");
    if (option < 0) {
      return Optional.empty();
    }
    if (option + 1 == arguments.size()) {
      usage("--json needs a file");
    }
    Path file = Path.of(arguments.remove(option + 1));
    arguments.remove(option);
    return Optional.of(file);
  }

  /** The middle one. */
  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private static void printHead() {
    System.out.printf(
        "%-32s %11s %-7s %7s  %-36s %s%n", "what", "median", "", "ratio", "against", "target");
  }

  private static void print(List<Figure> figures) {
    for (Figure figure : figures) {
      System.out.printf(
          "%-32s %11s %-7s %7s  %-36s %s%n",
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
        "usage: dev/bench [NAME…] [--json FILE] [--profile FOLDER]   names: "
            + String.join(", ", ALL.keySet()));
    System.exit(problem.isEmpty() ? 0 : 2);
  }
}
