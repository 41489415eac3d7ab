package io.sparkflight.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Markdown files of the repository. */
public final class Documents {
  public static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** What the build and the commands leave behind; what nobody wrote. */
  private static final Set<String> NOT_OURS =
      Set.of("target", ".git", ".run", ".cache", ".venv", "node_modules");

  private Documents() {}

  /** Every Markdown file that somebody wrote. */
  static List<Path> all() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(Documents::isOurs)
          .sorted()
          .toList();
    }
  }

  /** The code block behind the comment {@code <!-- snippet: NAME -->}. */
  public static String snippet(Path document, String name) throws IOException {
    Matcher matcher =
        Pattern.compile("<!-- snippet: " + name + " -->\\s*```\\w+\\n(.*?)\\n```", Pattern.DOTALL)
            .matcher(Files.readString(document));
    if (!matcher.find()) {
      throw new IOException(
          "Cannot find the snippet %s in %s: no comment marks it. Mark it again."
              .formatted(name, document));
    }
    return matcher.group(1);
  }

  private static boolean isOurs(Path file) {
    for (Path part : ROOT.relativize(file)) {
      if (NOT_OURS.contains(part.toString())) {
        return false;
      }
    }
    return true;
  }
}
