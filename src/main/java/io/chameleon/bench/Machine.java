package io.chameleon.bench;

import io.chameleon.engine.djl.MachineProbe;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Where and of what numbers are: a number without this cannot be compared. */
final class Machine {

  private static final Path CPUS = Path.of("/proc/cpuinfo");

  private Machine() {}

  /** Lines for the head of a table. */
  static List<String> describe(int threads, String model) {
    return List.of(
        "date     " + Instant.now().truncatedTo(ChronoUnit.SECONDS),
        "commit   " + commit(),
        String.format(
            Locale.ROOT,
            "machine  %s, %d cores, %.1f GiB",
            cpu(),
            Runtime.getRuntime().availableProcessors(),
            gibibytes()),
        "software JDK %s (%s), libtorch %s"
            .formatted(
                Runtime.version(),
                System.getProperty("java.vendor"),
                MachineProbe.libtorchVersion()),
        "threads  %d, model %s".formatted(threads, model));
  }

  /** Of the sources in the working directory; where there are none, the version of the jar. */
  private static String commit() {
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=12")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String text = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (git.waitFor() == 0) {
        return text;
      }
    } catch (IOException e) {
      return version(); // there is no git
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return version();
  }

  private static String version() {
    String version = Machine.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : "unknown, version " + version;
  }

  private static String cpu() {
    if (!Files.isReadable(CPUS)) {
      return System.getProperty("os.arch");
    }
    try (Stream<String> lines = Files.lines(CPUS)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch") + ", /proc/cpuinfo: " + e.getMessage();
    }
  }

  private static double gibibytes() {
    var system =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    return system.getTotalMemorySize() / (double) (1 << 30);
  }
}
