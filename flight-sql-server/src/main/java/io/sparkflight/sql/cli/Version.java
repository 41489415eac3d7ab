package io.sparkflight.sql.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version in the manifest of the jar. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = SparkFlight.class.getPackage().getImplementationVersion();
    return new String[] {
      "sparkflight " + Optional.ofNullable(version).orElse("(not from a jar)"),
      "for Spark " + org.apache.spark.package$.MODULE$.SPARK_VERSION()
    };
  }
}
