package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Keeps methods and files of the service short; lines that are blank or only comment are free. */
class MethodSizeTest {

  private static final Path SOURCES = Path.of("src/main/java");

  private static final int P90_LINES = 15;

  private static final int MOST_LINES = 40;

  private static final int MOST_FILE_LINES = 400;

  /** A method with a body. */
  private record Method(String name, int lines) {}

  @Test
  void methods_ofTheService_fitAScreen() throws IOException {
    List<Method> methods = new ArrayList<>();
    for (Path file : sources()) {
      methods.addAll(methods(file.toString(), Files.readString(file)));
    }
    methods.sort(Comparator.comparingInt(Method::lines));
    int p90 = methods.get((int) Math.ceil(methods.size() * 0.9) - 1).lines();
    System.out.printf(
        "%d methods: median %d lines, p90 %d, longest %s%n",
        methods.size(), methods.get(methods.size() / 2).lines(), p90, methods.getLast());

    assertThat(p90).as("90th percentile of method lines").isLessThanOrEqualTo(P90_LINES);
    assertThat(methods).filteredOn(method -> method.lines() > MOST_LINES).isEmpty();
  }

  @Test
  void files_ofTheService_holdOneIdea() throws IOException {
    for (Path file : sources()) {
      assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThan(MOST_FILE_LINES + 1);
    }
  }

  @Test
  void count_leavesOut_blankAndCommentLines() {
    String source =
        """
        /** Doc. */
        record Point(int x) {
          Point {
            // why
            if (x < 0) {

              throw new IllegalArgumentException("x is %d".formatted(x)); // kept
            }
            /* more
             * of it
             */
          }

          /** Doc. */
          @Override
          public String toString() {
            return "x";
          }

          static int one() { return 1; }
        }

        interface Shape {
          double area();
        }
        """;

    assertThat(methods("Point.java", source))
        .extracting(Method::name, Method::lines)
        .containsExactly(
            tuple("Point.java: <init>", 5),
            tuple("Point.java: toString", 4),
            tuple("Point.java: one", 1));
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  private static List<Method> methods(String file, String source) {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var task = (JavacTask) compiler.getTask(null, null, null, null, null, List.of(unit(source)));
    List<String> lines = source.lines().toList();
    List<Method> found = new ArrayList<>();
    try {
      for (CompilationUnitTree unit : task.parse()) {
        collect(unit, Trees.instance(task).getSourcePositions(), lines, file, found);
      }
    } catch (IOException e) {
      throw new IllegalStateException(file, e);
    }
    return found;
  }

  private static void collect(
      CompilationUnitTree unit,
      SourcePositions positions,
      List<String> lines,
      String file,
      List<Method> found) {
    LineMap map = unit.getLineMap();
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitMethod(MethodTree method, Void unused) {
        if (method.getBody() != null) {
          int first = (int) map.getLineNumber(positions.getStartPosition(unit, method));
          int last = (int) map.getLineNumber(positions.getEndPosition(unit, method));
          int counted =
              (int) lines.subList(first - 1, last).stream().filter(l -> isCode(l)).count();
          found.add(new Method(file + ": " + method.getName(), counted));
        }
        return super.visitMethod(method, null);
      }
    }.scan(unit, null);
  }

  private static boolean isCode(String line) {
    String text = line.strip();
    return !text.isEmpty()
        && !text.startsWith("//")
        && !text.startsWith("/*")
        && !text.startsWith("*");
  }

  private static JavaFileObject unit(String source) {
    return new SimpleJavaFileObject(
        URI.create("string:///Source.java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return source;
      }
    };
  }
}
