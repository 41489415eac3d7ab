package io.sparkflight.datasource;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.datasource.client.SourceOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the table of options in {@code docs/datasource.md} to the options that there are. */
class OptionsReferenceTest {
  private static final Path PAGE = Path.of("..", "docs", "datasource.md");
  private static final String BEGIN = "<!-- generated: options; `make docs` writes them anew -->\n";
  private static final String END = "<!-- end of the options -->\n";

  @Test
  void thePageTellsEveryOption() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    assertThat(end).as("the end of the table").isGreaterThanOrEqualTo(begin);
    String generated = page.substring(0, begin) + table() + page.substring(end);
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, generated);
    }
    assertThat(PAGE).content().isEqualTo(generated);
  }

  private static String table() {
    return Arrays.stream(SourceOption.values())
        .map(option -> "| `%s` | %s |\n".formatted(option.key(), option.meaning()))
        .collect(
            Collectors.joining(
                "",
                "\n| option | meaning |\n|---|---|\n",
                """
                | `header.NAME` | sent with each call |
                | `secret-header.NAME` | the same; Spark redacts its value where it prints options |

                """));
  }
}
