package io.sparkflight.sql.cli;

import io.sparkflight.lifecycle.Closer;
import io.sparkflight.sql.SparkFlightSqlServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkConf;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * A Spark application with a Flight SQL server, ended in order when the process is told to end.
 * Owns both, and the folders that it made.
 */
final class EmbeddedServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);

  /** Before Spark's own hook, which would end the application under the server. */
  private static final int BEFORE_SPARK = 1000;

  /** After Spark's own hook, for what was made before the application had started. */
  private static final int AFTER_SPARK = 1;

  private final Closer closer;
  private final SparkSession spark;
  private final Path folder;
  private final CountDownLatch ended = new CountDownLatch(1);
  private URI uri = URI.create("grpc:/");

  private EmbeddedServer(Closer closer, SparkSession spark, Path folder) {
    this.closer = closer;
    this.spark = spark;
    this.folder = folder;
  }

  /**
   * Starts the application; the server is not up yet. Settings of {@code spark-submit} hold where
   * none is given here.
   */
  private static EmbeddedServer prepare(Map<String, String> settings) {
    SparkConf given = new SparkConf();
    settings.forEach(given::set);
    verify(given);
    Closer closer = new Closer();
    try {
      ShutdownHookManager hooks = ShutdownHookManager.get();
      hooks.addShutdownHook(SparkLog::silence, BEFORE_SPARK + 1);
      hooks.addShutdownHook(closer::close, AFTER_SPARK);
      Path folder = temporaryFolder();
      closer.register("temporary files", () -> JavaUtils.deleteRecursively(folder.toFile()));
      SparkSession spark = SparkSession.builder().config(conf(given, folder)).getOrCreate();
      closer.register("application", spark::stop);
      EmbeddedServer server = new EmbeddedServer(closer, spark, folder);
      hooks.addShutdownHook(server::close, BEFORE_SPARK);
      return server;
    } catch (Throwable e) {
      closer.closeAfter(e);
      throw e;
    }
  }

  /** What a command does with the application before the server waits for its end. */
  interface Body {
    void run(EmbeddedServer server) throws InterruptedException;
  }

  /** Prepares, runs and ends; what fails because the process is told to end is no failure. */
  static void run(Map<String, String> settings, Body body) throws InterruptedException {
    try (EmbeddedServer server = prepare(settings)) {
      body.run(server);
    } catch (Exception e) { // Scala throws checked exceptions undeclared
      if (!ShutdownHookManager.get().isShutdownInProgress()) {
        throw e;
      }
      LOG.debug("Ended on the way", e);
    }
  }

  /** A folder that is deleted at the end. */
  Path temporaryFolder(String name) {
    return folder.resolve(name);
  }

  /** Uses the application; its failures are those of the caller, who tells them. */
  <T> T prepared(Function<SparkSession, T> use) {
    try (SparkLog unused = SparkLog.quiet()) {
      return use.apply(spark);
    }
  }

  /** Starts the server and returns when it has answered a query. */
  void start() {
    SparkFlightSqlServer server =
        closer.register(
            "server", SparkFlightSqlServer.start(spark, settings(spark.sparkContext().conf())));
    uri = URI.create(server.uri());
    try (SqlClient client = SqlClient.connect(uri)) {
      client.execute("SELECT 1").forEachBatch(unused -> {});
    }
  }

  /** Where clients connect to. */
  URI uri() {
    return uri;
  }

  /** Waits until the process is told to end. */
  void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** Ends the server, then the application. Idempotent. */
  @Override
  public void close() {
    closer.close();
    ended.countDown();
  }

  /** What would keep the server from starting is told before Spark starts and tables are made. */
  private static void verify(SparkConf conf) {
    Map<String, String> settings = settings(conf);
    SparkFlightSqlServer.verify(settings);
    PortProbe.verify(settings);
  }

  private static Map<String, String> settings(SparkConf conf) {
    Map<String, String> settings = new HashMap<>();
    for (Tuple2<String, String> setting : conf.getAll()) {
      settings.put(setting._1(), setting._2());
    }
    return settings;
  }

  private static SparkConf conf(SparkConf given, Path folder) {
    SparkConf conf = given.clone();
    conf.setIfMissing("spark.master", "local[*]");
    conf.setIfMissing("spark.app.name", "sparkflight");
    conf.setIfMissing("spark.ui.enabled", "false");
    conf.setIfMissing("spark.scheduler.mode", "FAIR"); // each statement has a pool
    conf.setIfMissing("spark.sql.warehouse.dir", folder.resolve("warehouse").toUri().toString());
    // Without it a CREATE TABLE that names no format asks for a table of Hive, and fails without
    // Hive.
    conf.setIfMissing("spark.sql.legacy.createHiveTableByDefault", "false");
    if (conf.get("spark.master").startsWith("local")) {
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
      // A task without enough heap must not end the process, as it would end an executor.
      conf.setIfMissing("spark.executor.killOnFatalError.depth", "0");
      conf.setIfMissing("spark.local.dir", folder.resolve("spark").toString());
    }
    return conf;
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("sparkflight-");
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot make a temporary folder: %s. Set -Djava.io.tmpdir in JAVA_OPTS.".formatted(e), e);
    }
  }
}
