package io.sparkflight.manager.zookeeper;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A real ensemble and a Spark application for a test class, two servers for each test. */
abstract class OnEnsemble {
  static Ensemble ensemble;
  static SparkSession spark;

  EnsemblePair servers;

  @BeforeAll
  static void startEnsemble() throws Exception {
    ensemble = Ensemble.start();
    spark =
        SparkSession.builder().master("local[2,4]").config("spark.ui.enabled", false).getOrCreate();
  }

  @AfterAll
  static void stopEnsemble() throws Exception {
    spark.stop();
    ensemble.close();
  }

  @BeforeEach
  void startServers() {
    servers = new EnsemblePair(spark, ensemble.connectString(), ensemble.connectString());
  }

  @AfterEach
  void stopServers() {
    servers.close();
  }
}
