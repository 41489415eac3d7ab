package io.sparkflight.bench.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client of any JDBC driver. It knows nothing but {@code java.sql}, so that it runs with one
 * driver alone, and the same code measures all.
 */
public final class JdbcReader {
  private JdbcReader() {}

  /**
   * {@code URL run SQL}, {@code URL read SQL ROUNDS WARM-UP-SECONDS}, {@code URL ask SQL TIMES
   * WARM-UP-SECONDS}, {@code URL crowd SQL THREADS SECONDS} or {@code URL pour SQL}.
   */
  public static void main(String[] args) throws Exception {
    String url = args[0];
    String sql = args[2];
    switch (args[1]) {
      case "read" -> read(url, sql, Integer.parseInt(args[3]), Integer.parseInt(args[4]));
      case "run" -> run(url, sql);
      case "ask" -> ask(url, sql, Integer.parseInt(args[3]), Integer.parseInt(args[4]));
      case "crowd" -> crowd(url, sql, Integer.parseInt(args[3]), Integer.parseInt(args[4]));
      case "pour" -> pour(url, sql);
      default -> throw new IllegalArgumentException(args[1]);
    }
    System.out.flush();
    Runtime.getRuntime().halt(0); // a driver may leave threads that are no daemons
  }

  private static void run(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /**
   * Reads every value of a result for some time, then so many times more; prints rows, seconds,
   * seconds to the first row of these.
   */
  private static void read(String url, String sql, int rounds, int warmUp) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.setFetchSize(10_000);
      long warm = System.nanoTime() + warmUp * 1_000_000_000L;
      while (System.nanoTime() < warm) {
        readOnce(statement, sql);
      }
      for (int round = 0; round < rounds; round++) {
        System.out.println(readOnce(statement, sql));
      }
    }
  }

  /** Reads again and again until it is ended; tells the rows up to now whenever it is asked. */
  private static void pour(String url, String sql) throws SQLException {
    AtomicLong rows = new AtomicLong();
    Thread teller =
        new Thread(
            () -> {
              new BufferedReader(new InputStreamReader(System.in, UTF_8))
                  .lines()
                  .forEach(unused -> System.out.println(rows.get()));
              Runtime.getRuntime().halt(0); // nobody is there to ask any more
            });
    teller.setDaemon(true);
    teller.start();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.setFetchSize(10_000);
      while (true) {
        readOnce(statement, sql, rows);
      }
    }
  }

  private static String readOnce(Statement statement, String sql) throws SQLException {
    return readOnce(statement, sql, new AtomicLong());
  }

  private static String readOnce(Statement statement, String sql, AtomicLong total)
      throws SQLException {
    long start = System.nanoTime();
    long first = 0;
    long rows = 0;
    try (ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        first = rows == 0 ? System.nanoTime() - start : first;
        rows++;
        total.setPlain(total.getPlain() + 1); // one thread adds
        for (int column = 1; column <= columns; column++) {
          result.getObject(column);
        }
      }
    }
    return rows + "\t" + (System.nanoTime() - start) / 1e9 + "\t" + first / 1e9;
  }

  /**
   * Asks the same on one connection for some time, then so many times more; prints a line of
   * milliseconds for each of these.
   */
  private static void ask(String url, String sql, int times, int warmUp) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      long warm = System.nanoTime() + warmUp * 1_000_000_000L;
      while (System.nanoTime() < warm) {
        answer(statement, sql);
      }
      for (int i = 0; i < times; i++) {
        System.out.println(answer(statement, sql));
      }
    }
  }

  /** Many connections ask the same for some time; prints a line of milliseconds for each answer. */
  private static void crowd(String url, String sql, int threads, int seconds) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    List<Callable<List<Double>>> clients = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      clients.add(() -> askUntil(end, url, sql));
    }
    for (Future<List<Double>> client : pool.invokeAll(clients)) {
      for (double millis : client.get()) {
        System.out.println(millis);
      }
    }
    pool.shutdown();
  }

  private static List<Double> askUntil(long end, String url, String sql) throws SQLException {
    List<Double> millis = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      while (System.nanoTime() < end) {
        millis.add(answer(statement, sql));
      }
    }
    return millis;
  }

  private static double answer(Statement statement, String sql) throws SQLException {
    long start = System.nanoTime();
    int rows = 0;
    try (ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        result.getObject(1);
        rows++;
      }
    }
    if (rows != 1) {
      throw new IllegalStateException("not one row: " + rows);
    }
    return (System.nanoTime() - start) / 1e6;
  }
}
