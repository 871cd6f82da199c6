package io.chameleon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Starts the packaged jar as a user would, with the right Java and with an older one. */
class LauncherIT {

  private static final Path JAR = Path.of("target", "chameleon.jar");

  private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");

  /** What a process printed, both streams together, and how it ended. */
  private record Ended(int status, String output) {}

  @Test
  void jar_onAnOlderJava_namesTheVersionItNeedsInOneLine() throws Exception {
    Optional<Path> older = olderJava();
    assumeTrue(older.isPresent(), "no Java from 17 to 24 is installed here");

    Ended ended = run(older.orElseThrow());

    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.output().lines())
        .singleElement()
        .asString()
        .startsWith("Chameleon needs Java 25 or newer; this is Java ");
  }

  @Test
  void jar_withAnUnknownCommand_saysSo() throws Exception {
    Ended ended = run(Path.of(System.getProperty("java.home")), "srve");

    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.output()).contains("Unknown command srve");
  }

  /** The Java that runs Maven, or one that lies where Linux distributions put theirs. */
  private static Optional<Path> olderJava() throws IOException {
    Path usual = Path.of("/usr/lib/jvm");
    try (Stream<Path> homes = Files.isDirectory(usual) ? Files.list(usual) : Stream.empty()) {
      return Stream.concat(Stream.of(Path.of(System.getProperty("maven.java.home"))), homes)
          .filter(home -> Files.isExecutable(home.resolve("bin/java")))
          .filter(home -> version(home) >= 17 && version(home) < 25)
          .findFirst();
    }
  }

  private static int version(Path home) {
    try {
      Matcher version = VERSION.matcher(Files.readString(home.resolve("release")));
      return version.find() ? Integer.parseInt(version.group(1)) : 0;
    } catch (IOException _) {
      return 0; // not a Java home
    }
  }

  private static Ended run(Path javaHome, String... arguments) throws Exception {
    String java = javaHome.resolve("bin/java").toString();
    Process process =
        new ProcessBuilder(
                Stream.concat(Stream.of(java, "-jar", JAR.toString()), Stream.of(arguments))
                    .toList())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ends").isTrue();
    return new Ended(process.exitValue(), output);
  }
}
