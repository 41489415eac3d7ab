package io.sparkflight.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Links within the repository lead somewhere. */
class DocsLinksTest {
  private static final Pattern CODE_BLOCK = Pattern.compile("(?sm)^```.*?^```");
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern ELSEWHERE = Pattern.compile("[a-z][a-z+.-]*:.*");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+?) *$");

  static List<Path> documents() throws IOException {
    return Documents.all();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyRelativeLinkResolves(Path document) throws IOException {
    List<String> broken = new ArrayList<>();
    for (String link : links(document)) {
      if (!ELSEWHERE.matcher(link).matches() && !resolves(document, link)) {
        broken.add(link);
      }
    }

    assertThat(broken).as("links of %s that lead nowhere", document).isEmpty();
  }

  @Test
  void theIndexNamesEveryPageOfTheManual() throws IOException {
    Path manual = Documents.ROOT.resolve("docs");
    List<String> listed = links(manual.resolve("README.md"));
    try (Stream<Path> pages = Files.list(manual)) {
      assertThat(pages.map(page -> String.valueOf(page.getFileName())))
          .filteredOn(page -> page.endsWith(".md") && !page.equals("README.md"))
          .isNotEmpty()
          .allMatch(listed::contains);
    }
  }

  private static List<String> links(Path document) throws IOException {
    String prose = CODE_BLOCK.matcher(Files.readString(document)).replaceAll("");
    return LINK.matcher(prose).results().map(result -> result.group(1)).toList();
  }

  private static boolean resolves(Path document, String link) throws IOException {
    int hash = link.indexOf('#');
    String path = hash < 0 ? link : link.substring(0, hash);
    Path target = path.isEmpty() ? document : document.resolveSibling(path);
    return Files.exists(target) && (hash < 0 || anchors(target).contains(link.substring(hash + 1)));
  }

  /** What the headings of a document are called in links to them. */
  private static List<String> anchors(Path document) throws IOException {
    return HEADING
        .matcher(Files.readString(document))
        .results()
        .map(
            result ->
                result
                    .group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-'))
        .toList();
  }
}
