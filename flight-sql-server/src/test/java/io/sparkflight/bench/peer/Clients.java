package io.sparkflight.bench.peer;

import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The clients, each in a process of its own: a driver's JVM, or Python. */
public final class Clients {
  private static final String HEAP = "2g";
  private static final Path PYTHON_PROGRAM = Path.of("dev", "clients", "python", "bench.py");
  private static final Path SPARK_PROGRAM = Path.of("dev", "clients", "python", "bench_source.py");
  private static final Path PYTHON_LIBRARIES =
      Path.of("dev", "clients", "python", "requirements-bench.txt");

  /**
   * So many seconds each reads before it counts, and once at least: so long Java compiles, in
   * servers as in clients. The same time for all, as the same number of reads would be a minute for
   * the slow and a moment for the fast.
   */
  public static final Duration WARM_UP = Duration.ofSeconds(40);

  private final StockSpark spark;
  private final Path cache;

  /**
   * Those of an unchanged Spark.
   *
   * @param cache where the Python libraries are kept
   */
  public Clients(StockSpark spark, Path cache) {
    this.spark = spark;
    this.cache = cache;
  }

  /**
   * One read of a whole result.
   *
   * @param first the seconds to the first row
   */
  public record Read(long rows, double seconds, double first) {
    static Read of(String line) {
      String[] parts = line.split("\t", -1);
      return new Read(
          Long.parseLong(parts[0]), Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
    }
  }

  /** The JDBC URL of one of our servers, or of a stock Flight SQL server. */
  public static String flightUrl(int port) {
    return "jdbc:arrow-flight-sql://127.0.0.1:" + port + "/?useEncryption=false";
  }

  /** The JDBC URL of a Thrift Server. */
  public static String thriftUrl(int port) {
    return "jdbc:hive2://127.0.0.1:" + port + "/default";
  }

  /** Runs a statement whose answer does not matter. */
  public void runJdbc(String url, String sql) throws Exception {
    lines(url, "run", sql);
  }

  /** Reads with {@code getObject} on every value. */
  public List<Read> readJdbc(String url, String sql, int rounds) throws Exception {
    return reads(lines(url, "read", sql, rounds, (int) WARM_UP.toSeconds()));
  }

  /** The milliseconds of each answer on one connection. */
  public List<Double> askJdbc(String url, String sql, int times) throws Exception {
    return numbers(lines(url, "ask", sql, times, (int) WARM_UP.toSeconds()));
  }

  /** The milliseconds of each answer that so many connections got in so many seconds. */
  public List<Double> crowdJdbc(String url, String sql, int connections, int seconds)
      throws Exception {
    return numbers(lines(url, "crowd", sql, connections, seconds));
  }

  /** Starts to read with JDBC, again and again, until what is returned is closed. */
  public Pouring pourJdbc(String url, String sql) throws IOException {
    return new Pouring(jdbc(url, "pour", sql));
  }

  /** A client that reads in the background. */
  public static final class Pouring implements AutoCloseable {
    private final ChildProcess process;

    private Pouring(ChildProcess process) {
      this.process = process;
    }

    /** The rows that it has had until now. */
    public long rows() throws IOException {
      return Long.parseLong(process.ask("rows"));
    }

    @Override
    public void close() {
      process.close();
    }
  }

  /**
   * Reads with Python.
   *
   * @param how adbc, pyarrow or connect
   * @param address what that client connects to
   */
  public List<Read> readPython(String how, String address, String sql, int rounds)
      throws Exception {
    List<String> command =
        List.of(
            python().toString(),
            PYTHON_PROGRAM.toString(),
            how,
            address,
            sql,
            String.valueOf(rounds),
            String.valueOf(WARM_UP.toSeconds()),
            spark.pythonPath().toString());
    try (ChildProcess process = ChildProcess.start("python", command)) {
      return reads(process.all());
    }
  }

  /**
   * Lets an unchanged Spark read or write in several ways by turns: {@code
   * dev/clients/python/bench_source.py}.
   *
   * @param ways what that program calls them
   * @param port of the server
   * @param what the folder to read, or the number of rows to write
   * @return of each way, what it took each time
   */
  public Map<String, List<Read>> sparkJob(List<String> ways, int port, String what, int rounds)
      throws Exception {
    List<String> command =
        spark.submit(
            ways.get(0),
            List.of(sourceBundle(), flightDriver()),
            List.of(
                SPARK_PROGRAM.toString(),
                String.join(",", ways),
                "127.0.0.1:" + port,
                what,
                String.valueOf(rounds),
                String.valueOf(WARM_UP.toSeconds())));
    try (ChildProcess process = ChildProcess.start("spark", command)) {
      return process.all().stream()
          .map(line -> line.split("\t", -1))
          .collect(Collectors.groupingBy(parts -> parts[0], mapping(Clients::job, toList())));
    }
  }

  private static Read job(String[] parts) {
    double seconds = Double.parseDouble(parts[2]);
    return new Read(Long.parseLong(parts[1]), seconds, seconds);
  }

  private static String sourceBundle() throws IOException {
    try (var jars =
        Files.newDirectoryStream(
            Path.of("datasource-v2", "target"), "datasource-v2-*-bundle.jar")) {
      return jars.iterator().next().toString();
    }
  }

  private static String flightDriver() {
    return Arrays.stream(System.getProperty("java.class.path").split(":"))
        .filter(each -> each.contains("flight-sql-jdbc-driver"))
        .collect(Collectors.joining(","));
  }

  private List<String> lines(String url, String mode, String sql, int... numbers) throws Exception {
    try (ChildProcess process = jdbc(url, mode, sql, numbers)) {
      return process.all();
    }
  }

  private ChildProcess jdbc(String url, String mode, String sql, int... numbers)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of(JdbcReader.class.getName(), url, mode, sql));
    Arrays.stream(numbers).mapToObj(String::valueOf).forEach(arguments::add);
    return ChildProcess.java("jdbc", classPath(url), HEAP, arguments.toArray(String[]::new));
  }

  /** This program, and one driver: the other one's libraries are of other versions. */
  private String classPath(String url) {
    List<String> own = List.of(System.getProperty("java.class.path").split(":"));
    String classes =
        own.stream().filter(each -> each.endsWith("test-classes")).findFirst().orElseThrow();
    String driver = url.startsWith("jdbc:hive2") ? spark.classPath() : flightDriver();
    return classes + ":" + driver;
  }

  private Path python() throws Exception {
    Path home = cache.resolve("python").toAbsolutePath();
    Path done = home.resolve("libraries.txt");
    String wanted = Files.readString(PYTHON_LIBRARIES);
    Path python = home.resolve("bin").resolve("python");
    if (!Files.exists(done) || !Files.readString(done).equals(wanted)) {
      run(List.of("python3", "-m", "venv", home.toString()));
      run(
          List.of(
              python.toString(),
              "-m",
              "pip",
              "install",
              "--quiet",
              "-r",
              PYTHON_LIBRARIES.toString()));
      Files.writeString(done, wanted);
    }
    return python;
  }

  private static void run(List<String> command) throws Exception {
    try (ChildProcess process = ChildProcess.start("python", command)) {
      process.all();
    }
  }

  private static List<Double> numbers(List<String> lines) {
    return lines.stream().map(Double::valueOf).toList();
  }

  private static List<Read> reads(List<String> lines) {
    return lines.stream().map(Read::of).toList();
  }
}
