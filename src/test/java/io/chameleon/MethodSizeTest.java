package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.source.tree.CompilationUnitTree;
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
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
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
    List<Source> sources = new ArrayList<>();
    for (Path file : files()) {
      sources.add(new Source(SOURCES.relativize(file).toString(), Files.readString(file)));
    }
    List<Method> methods = new ArrayList<>(methods(sources));
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
    for (Path file : files()) {
      assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThan(MOST_FILE_LINES + 1);
    }
  }

  @Test
  void count_leavesOut_blankAndCommentLines() throws IOException {
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

    assertThat(methods(List.of(new Source("Point.java", source))))
        .extracting(Method::name, Method::lines)
        .containsExactly(
            tuple("Point.java: <init>", 5),
            tuple("Point.java: toString", 4),
            tuple("Point.java: one", 1));
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  private static List<Method> methods(List<Source> sources) throws IOException {
    var task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler().getTask(null, null, null, null, null, sources);
    SourcePositions positions = Trees.instance(task).getSourcePositions();
    List<Method> found = new ArrayList<>();
    Map<URI, Source> byUri =
        sources.stream().collect(Collectors.toMap(Source::toUri, Function.identity()));
    for (CompilationUnitTree unit : task.parse()) {
      Source source = byUri.get(unit.getSourceFile().toUri());
      new MethodCounter(unit, positions, source, found).scan(unit, null);
    }
    return found;
  }

  /** Adds the methods of one file to a list. */
  private static final class MethodCounter extends TreeScanner<Void, Void> {

    private final CompilationUnitTree unit;

    private final SourcePositions positions;

    private final Source source;

    private final List<Method> found;

    MethodCounter(
        CompilationUnitTree unit, SourcePositions positions, Source source, List<Method> found) {
      this.unit = unit;
      this.positions = positions;
      this.source = source;
      this.found = found;
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      if (method.getBody() != null) {
        long first = line(positions.getStartPosition(unit, method));
        long last = line(positions.getEndPosition(unit, method));
        long counted =
            source
                .text
                .lines()
                .skip(first - 1)
                .limit(last - first + 1)
                .filter(this::isCode)
                .count();
        found.add(new Method(source.name + ": " + method.getName(), (int) counted));
      }
      return super.visitMethod(method, null);
    }

    private long line(long position) {
      return unit.getLineMap().getLineNumber(position);
    }

    private boolean isCode(String line) {
      String text = line.strip();
      return !text.isEmpty()
          && !text.startsWith("//")
          && !text.startsWith("/*")
          && !text.startsWith("*");
    }
  }

  /** A file as the compiler wants it. */
  private static final class Source extends SimpleJavaFileObject {

    private final String name;

    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + name), JavaFileObject.Kind.SOURCE);
      this.name = name;
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
