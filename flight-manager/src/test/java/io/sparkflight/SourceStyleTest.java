package io.sparkflight;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the style asks of the sources of all modules and no other tool looks at. */
class SourceStyleTest {
  private static final int CLASS_LINES = 300;
  private static final int METHOD_LINES = 30;

  @Test
  void classesAndMethodsAreShort() throws IOException {
    List<String> tooLong = new ArrayList<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources()));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new Lengths(unit, positions, tooLong).scan(unit, null);
      }
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void everyPackageSaysWhatItIsForAndThatNothingIsNull() throws IOException {
    List<Path> folders = sources().stream().map(Path::getParent).distinct().toList();
    for (Path folder : folders) {
      assertThat(folder.resolve("package-info.java"))
          .isRegularFile()
          .content()
          .contains("/**", "@NullMarked\npackage ");
    }
  }

  private static List<Path> sources() throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> modules = Files.list(Path.of("..").toAbsolutePath().normalize())) {
      for (Path folder : modules.map(module -> module.resolve("src/main/java")).toList()) {
        if (Files.isDirectory(folder)) {
          try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(found::add);
          }
        }
      }
    }
    assertThat(found).hasSizeGreaterThan(100);
    return found;
  }

  /** Notes every class and method that is longer than it should be. */
  private static final class Lengths extends TreeScanner<@Nullable Void, @Nullable Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> tooLong;

    Lengths(CompilationUnitTree unit, SourcePositions positions, List<String> tooLong) {
      this.unit = unit;
      this.positions = positions;
      this.tooLong = tooLong;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void unused) {
      check(type, type.getSimpleName().toString(), CLASS_LINES);
      return super.visitClass(type, null);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
      check(method, method.getName().toString(), METHOD_LINES);
      return super.visitMethod(method, null);
    }

    private void check(Tree tree, String name, int limit) {
      long lines =
          line(positions.getEndPosition(unit, tree))
              - line(positions.getStartPosition(unit, tree))
              + 1;
      if (lines > limit) {
        Path file = Path.of(unit.getSourceFile().toUri());
        tooLong.add("%s: %s has %d lines".formatted(file.getFileName(), name, lines));
      }
    }

    private long line(long position) {
      return position < 0 ? 0 : unit.getLineMap().getLineNumber(position);
    }
  }
}
