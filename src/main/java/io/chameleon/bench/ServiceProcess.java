package io.chameleon.bench;

import io.chameleon.Main;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The whole service in a process of its own, at a port of its own on the loopback. It ends when
 * this is closed, and with this process whatever becomes of it.
 */
final class ServiceProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final Duration LOOK = Duration.ofMillis(100);

  private static final long STOP_SECONDS = 40;

  private static final int LAST_LINES = 20;

  /** What the jar's manifest allows. */
  private static final List<String> NATIVE =
      List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

  private static final String BOOT = "BOOT-INF/";

  private final Process process;

  private final Path log;

  private final StreamingClient client;

  private final Thread killer;

  private ServiceProcess(Process process, Path log, StreamingClient client) {
    this.process = process;
    this.log = log;
    this.client = client;
    this.killer = Thread.ofPlatform().unstarted(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killer);
  }

  /**
   * Starts it, and waits until it serves.
   *
   * @param model id of the base model
   * @param jvm options of its Java
   * @param options Spring options
   * @param log where what it prints goes; its folder is the service's, so that no application.yml
   *     of the working directory counts
   * @throws IllegalStateException with the end of the log if it does not serve
   */
  static ServiceProcess start(String model, List<String> jvm, List<String> options, Path log) {
    try {
      int port = freePort();
      List<String> command = new ArrayList<>(List.of(java("java").toString()));
      command.addAll(jvm);
      command.addAll(program());
      command.addAll(options);
      command.add("--server.port=" + port);
      command.add("--server.address=127.0.0.1");
      command.add("--logging.level.root=warn");
      Process process =
          new ProcessBuilder(command)
              .directory(log.toAbsolutePath().resolveSibling(".").toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      ServiceProcess started = new ServiceProcess(process, log, new StreamingClient(port, model));
      started.awaitReady();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return process.pid();
  }

  StreamingClient client() {
    return client;
  }

  /** Has it collect its garbage; false where the JDK's {@code jcmd} is missing. */
  boolean collectGarbage() {
    Path jcmd = java("jcmd");
    if (!Files.isExecutable(jcmd)) {
      return false;
    }
    try {
      Process collect =
          new ProcessBuilder(jcmd.toString(), Long.toString(pid()), "GC.run")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return collect.waitFor() == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw interrupted(e);
    } catch (IllegalStateException shutdown) {
      process.destroyForcibly(); // this process is ending too
    }
  }

  private void awaitReady() {
    long start = System.nanoTime();
    while (!isReady()) {
      boolean late = System.nanoTime() - start > PATIENCE.toNanos();
      if (late || !process.isAlive()) {
        close();
        throw new IllegalStateException(
            "the service %s; it printed:%n%s"
                .formatted(late ? "was not ready in " + PATIENCE : "ended", endOfLog()));
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  private boolean isReady() {
    try {
      return client.get("actuator/health/readiness").required("status").asString().equals("UP");
    } catch (IllegalStateException | CompletionException notYet) {
      return false;
    }
  }

  private String endOfLog() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join(
          System.lineSeparator(),
          lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException e) {
      return "its log cannot be read: " + e.getMessage();
    }
  }

  /** This program once more: the jar, or the classes where there is none. */
  private static List<String> program() throws IOException {
    String classPath = System.getProperty("java.class.path");
    String absolute =
        Arrays.stream(classPath.split(File.pathSeparator, -1))
            .map(entry -> new File(entry).getAbsolutePath())
            .collect(Collectors.joining(File.pathSeparator));
    return isBootJar(Path.of(absolute))
        ? List.of("-jar", absolute)
        : Stream.concat(NATIVE.stream(), Stream.of("-cp", absolute, Main.class.getName())).toList();
  }

  private static boolean isBootJar(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (JarFile jar = new JarFile(path.toFile())) {
      return jar.getEntry(BOOT) != null;
    }
  }

  private static Path java(String tool) {
    return Path.of(System.getProperty("java.home"), "bin", tool);
  }

  /** Free now; whoever takes it before the service does makes its start fail, visibly. */
  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted", e);
  }
}
