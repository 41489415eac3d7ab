package io.sparkflight.sql.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What somebody may have meant who mistyped an option or a command. */
final class Suggestions {
  private static final Map<Class<?>, String> FORMS =
      Map.of(
          Integer.class, "a whole number",
          double.class, "a number",
          Map.class, "of the form K=V",
          Format.class, "one of " + formats(),
          Path.class, "the name of a file or folder");

  private Suggestions() {}

  /** One sentence for a wrong command line. */
  static String sentence(ParameterException problem) {
    if (!(problem instanceof UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      return unusable(problem).orElseGet(() -> problem.getMessage() + ".");
    }
    String typed = unmatched.getUnmatched().get(0);
    String name = typed.startsWith("-") ? typed.replaceAll("=.*", "") : typed;
    String said = kind(problem, typed) + " '" + name + "'.";
    return nearest(name, candidates(problem.getCommandLine().getCommandSpec()))
        .map(near -> "%s Did you mean %s?".formatted(said, near))
        .orElse(said);
  }

  /** A value that is not of the type of its option. */
  private static Optional<String> unusable(ParameterException problem) {
    if (problem.getArgSpec() instanceof OptionSpec option && problem.getValue() != null) {
      String want = FORMS.getOrDefault(option.type(), option.paramLabel());
      return Optional.of(
          "Cannot take '%s' as %s: it is not %s."
              .formatted(problem.getValue(), option.longestName(), want));
    }
    return Optional.empty();
  }

  private static String formats() {
    return Stream.of(Format.values()).map(Format::toString).collect(Collectors.joining(", "));
  }

  private static String kind(ParameterException problem, String typed) {
    boolean wantsCommand = !problem.getCommandLine().getSubcommands().isEmpty();
    return typed.startsWith("-")
        ? "Unknown option"
        : wantsCommand ? "Unknown command" : "One argument too many:";
  }

  private static List<String> candidates(CommandSpec command) {
    List<String> names = new ArrayList<>(command.optionsMap().keySet());
    names.addAll(command.subcommands().keySet());
    return names;
  }

  private static Optional<String> nearest(String typed, List<String> candidates) {
    return candidates.stream()
        .filter(candidate -> distance(typed, candidate) <= Math.max(1, candidate.length() / 3))
        .min(Comparator.comparingInt(candidate -> distance(typed, candidate)));
  }

  /** Edits, of which the exchange of two neighbours is one. */
  static int distance(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        edits[i][j] = i == 0 || j == 0 ? i + j : cheapest(edits, a, b, i, j);
      }
    }
    return edits[a.length()][b.length()];
  }

  private static int cheapest(int[][] edits, String a, String b, int i, int j) {
    int change = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int best = Math.min(change, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
    boolean exchanged =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return exchanged ? Math.min(best, edits[i - 2][j - 2] + 1) : best;
  }
}
