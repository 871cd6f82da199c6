package io.chameleon.adapter.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.chameleon.adapter.peft.LlamaAdapters;
import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.fixtures.SafetensorsWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start costs with very many adapters: reading their headers, and nothing else. */
class StartUpLookTest {

  private static final int ADAPTERS = 2_000;
  private static final int ROUNDS = 3;

  /** Classes that are loaded meanwhile are read too. */
  private static final long OTHER_BYTES = 20_000_000;

  private static final Path PROCESS_IO = Path.of("/proc/self/io");
  private static final String CONFIG = "adapter_config.json";
  private static final String WEIGHTS = "adapter_model.safetensors";

  @TempDir private static Path equal;
  @TempDir private static Path different;

  private static long headerBytes;
  private static long weightBytes;

  @BeforeAll
  static void makeAdapters() throws IOException {
    Path source = FixtureFiles.fixture(LlamaAdapters.LLAMA + "/all-linear-r3");
    SafetensorsWriter weights = SafetensorsWriter.read(source.resolve(WEIGHTS));
    for (int i = 0; i < ADAPTERS; i++) {
      FixtureFiles.copy(source, equal.resolve("a%04d".formatted(i)));
      Path other = Files.createDirectory(different.resolve("a%04d".formatted(i)));
      Files.copy(source.resolve(CONFIG), other.resolve(CONFIG));
      FixtureFiles.setField(other.resolve(CONFIG), "revision", "\"%d\"".formatted(i));
      String name = "lora_A.a%d.weight".formatted(i);
      weights.rename(tensor -> tensor.replaceAll("lora_A\\..*", name));
      weights.rename(tensor -> tensor.replaceAll("lora_B\\..*", name.replace("_A", "_B")));
      weights.write(other.resolve(WEIGHTS));
    }
    Path file = source.resolve(WEIGHTS);
    headerBytes = Files.size(source.resolve(CONFIG)) + 8 + header(file).length();
    weightBytes = Files.size(file) - 8 - header(file).length();
  }

  private static String header(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int length = Byte.toUnsignedInt(bytes[0]) + (Byte.toUnsignedInt(bytes[1]) << 8);
    return new String(bytes, 8, length, StandardCharsets.UTF_8);
  }

  @Test
  void look_manyAdapters_readsNoWeight() throws IOException {
    assumeThat(PROCESS_IO).exists();
    long before = bytesRead();

    AdapterRegistry registry = open(equal);

    long read = bytesRead() - before;
    assertThat(registry.catalogue().served()).hasSize(ADAPTERS);
    assertThat(read).isBetween(ADAPTERS * headerBytes, ADAPTERS * headerBytes + OTHER_BYTES);
    assertThat(OTHER_BYTES).isLessThan(ADAPTERS * weightBytes / 2);
  }

  @Test
  void look_again_readsNothingAndKeepsEveryVersion() throws IOException {
    assumeThat(PROCESS_IO).exists();
    AdapterRegistry registry = open(equal);
    AdapterCatalogue first = registry.catalogue();
    long before = bytesRead();

    registry.look();

    assertThat(bytesRead() - before).isLessThan(OTHER_BYTES / 10);
    assertThat(registry.catalogue()).isSameAs(first);
  }

  /** CPU time of the thread: other programs on the machine do not count. */
  @Test
  void look_timeOfEachAdapter_isReported() {
    for (int round = 0; round < ROUNDS; round++) {
      report("whose headers are equal", equal, round);
      report("whose headers all differ", different, round);
    }
  }

  private static void report(String which, Path folder, int round) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    AdapterRegistry registry = open(folder);
    long first = threads.getCurrentThreadCpuTime();
    registry.look();
    long second = threads.getCurrentThreadCpuTime();
    assertThat(registry.catalogue().served()).hasSize(ADAPTERS);
    System.getLogger(StartUpLookTest.class.getName())
        .log(
            System.Logger.Level.INFO,
            "round %d, %d adapters %s: %.3f ms of CPU each at the first look, %.4f at the next"
                .formatted(
                    round,
                    ADAPTERS,
                    which,
                    (first - start) / 1e6 / ADAPTERS,
                    (second - first) / 1e6 / ADAPTERS));
  }

  private static AdapterRegistry open(Path folder) {
    return AdapterRegistry.open(
        List.of(folder), CatalogueFixture.DEVICE_MODEL, CatalogueFixture.BASE);
  }

  /** What this process has read by system calls, wherever from. */
  private static long bytesRead() throws IOException {
    return Files.readAllLines(PROCESS_IO).stream()
        .filter(line -> line.startsWith("rchar:"))
        .mapToLong(line -> Long.parseLong(line.substring("rchar:".length()).strip()))
        .findFirst()
        .orElseThrow();
  }
}
