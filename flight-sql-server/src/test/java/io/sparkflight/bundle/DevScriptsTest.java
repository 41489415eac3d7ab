package io.sparkflight.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The scripts have tests in their own language; the build runs them. */
class DevScriptsTest {
  @Test
  void scriptsPassTheirOwnTests() throws Exception {
    Process tests =
        new ProcessBuilder("python3", "-B", "-m", "unittest", "discover", "dev/tests")
            .directory(Path.of("..").toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(tests.getInputStream().readAllBytes(), UTF_8);

    assertThat(tests.waitFor()).as(output).isZero();
  }
}
