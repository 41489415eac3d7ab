package io.sparkflight.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Properties;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bundle brings nothing that a stock Spark could mistake for its own. */
class BundleContentIT {
  private static final long LARGEST = 45L << 20;
  private static final String SERVICES = "META-INF/services/";
  private static final String NETTY_VERSIONS =
      "META-INF/io.sparkflight.shaded.netty.versions.properties";

  private JarFile bundle;

  @BeforeEach
  void open() throws IOException {
    bundle = new JarFile(Artifacts.bundle().toFile());
  }

  @AfterEach
  void close() throws IOException {
    bundle.close();
  }

  @Test
  void everyClassIsOurs() {
    assertThat(names())
        .filteredOn(name -> name.endsWith(".class"))
        .isNotEmpty()
        .allMatch(
            name ->
                name.startsWith("io/sparkflight/")
                    || name.startsWith("org/apache/spark/sql/sparkflight/"));
  }

  @Test
  void everyResourceIsOursOrKnown() {
    assertThat(names())
        .filteredOn(name -> !name.endsWith(".class") && !name.endsWith("/"))
        .allMatch(
            name ->
                name.startsWith("io/sparkflight/")
                    || name.startsWith(SERVICES + "io.sparkflight.")
                    || name.startsWith(SERVICES + "org/jline/")
                    // Spark finds data sources and plugins under these names.
                    || name.startsWith(SERVICES + "org.apache.spark.")
                    // Plans of Substrait call functions by these paths; no other jar of Spark has
                    // such.
                    || name.matches("functions_[a-z_]+[.]yaml|spark[.]yml")
                    || List.of(
                            "META-INF/MANIFEST.MF",
                            "META-INF/LICENSE",
                            "META-INF/NOTICE",
                            NETTY_VERSIONS)
                        .contains(name)
                    || name.matches("META-INF/[A-Za-z]*-(LICENSE|NOTICE)")
                    || name.equals("META-INF/LICENSE-bundled"));
  }

  @Test
  void everyServiceNamesAClassThatIsThere() throws IOException {
    for (String name : names()) {
      if (name.startsWith(SERVICES) && !name.endsWith("/")) {
        assertThat(text(name).lines().map(line -> line.replace("class = ", "")))
            .as(name)
            .filteredOn(line -> !line.isBlank() && !line.startsWith("#"))
            .isNotEmpty()
            .allMatch(provider -> bundle.getEntry(provider.replace('.', '/') + ".class") != null);
      }
    }
  }

  @Test
  void nettyFindsItsOwnVersion() throws IOException {
    Properties versions = new Properties();
    try (InputStream in = bundle.getInputStream(entry(NETTY_VERSIONS))) {
      versions.load(in);
    }

    assertThat(versions).containsKeys("netty-buffer.version", "netty-codec-http2.version");
  }

  @Test
  void licencesOfWhatIsInsideAreKept() throws IOException {
    assertThat(text("META-INF/LICENSE")).contains("Apache License");
    assertThat(text("META-INF/NOTICE")).contains("Arrow Flight Core", "Curator Framework");
  }

  @Test
  void isSmallEnoughToShip() throws IOException {
    long size = Files.size(Artifacts.bundle());

    System.out.printf("bundle: %,d bytes%n", size);
    assertThat(size).isLessThan(LARGEST);
  }

  private List<String> names() {
    return bundle.stream().map(ZipEntry::getName).toList();
  }

  private String text(String name) throws IOException {
    try (InputStream in = bundle.getInputStream(entry(name))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private ZipEntry entry(String name) {
    ZipEntry entry = bundle.getEntry(name);
    assertThat(entry).as(name).isNotNull();
    return entry;
  }
}
