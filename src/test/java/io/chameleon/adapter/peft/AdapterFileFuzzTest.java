package io.chameleon.adapter.peft;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.fixtures.Allocations;
import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.ModelConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random damage to a good adapter: it is either still the same adapter or refused in words, never
 * another exception, and what a lying header claims is never allocated.
 */
class AdapterFileFuzzTest {

  private static final long SEED = 20_260_917;
  private static final int MUTATIONS = 5_000;
  private static final int CONFIG_MUTATIONS = 2_000;
  private static final long MAX_ALLOCATED_BYTES = 4_000_000;
  private static final String INTERESTING = "\"{}[]:,0123456789-.eE\\ABFQ\u0000 ";

  @TempDir Path folder;

  private final Random random = new Random(SEED);
  private ModelConfig model;
  private byte[] config;
  private byte[] weights;
  private int accepted;
  private int refused;

  @BeforeEach
  void readOriginal() throws IOException {
    Path original = FixtureFiles.fixture("llama-mha-untied/all-linear-word");
    config = Files.readAllBytes(original.resolve("adapter_config.json"));
    weights = Files.readAllBytes(original.resolve("adapter_model.safetensors"));
    try (Checkpoint base = Checkpoint.open(FixtureFiles.fixture("llama-mha-untied/base"))) {
      model = base.config();
    }
  }

  @Test
  void open_mutatedWeights_areTheSameOrRefused() throws IOException {
    Files.write(folder.resolve("adapter_config.json"), config);
    Files.write(folder.resolve("adapter_model.safetensors"), weights);
    List<String> original = open();
    for (int i = 0; i < MUTATIONS; i++) {
      Files.write(folder.resolve("adapter_model.safetensors"), mutatedWeights());
      List<String> found = openBounded();
      if (!found.isEmpty()) {
        assertThat(found).as("mutation %d of seed %d", i, SEED).isEqualTo(original);
      }
    }
    report("weights", MUTATIONS);
  }

  @Test
  void open_mutatedConfig_isUnderstoodOrRefused() throws IOException {
    Files.write(folder.resolve("adapter_model.safetensors"), weights);
    for (int i = 0; i < CONFIG_MUTATIONS; i++) {
      Files.write(folder.resolve("adapter_config.json"), mutate(config.clone(), 0, config.length));
      openBounded();
    }
    report("configurations", CONFIG_MUTATIONS);
  }

  private void report(String what, int mutations) {
    System.getLogger(getClass().getName())
        .log(
            System.Logger.Level.INFO,
            "seed {0}: {1} mutated {2}, {3} accepted, {4} refused",
            Long.toString(SEED),
            mutations,
            what,
            accepted,
            refused);
    assertThat(accepted).isGreaterThan(mutations / 50);
    assertThat(refused).isGreaterThan(mutations / 4);
  }

  private byte[] mutatedWeights() {
    byte[] bytes = weights.clone();
    int header = 8 + (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return switch (random.nextInt(8)) {
      case 0 -> mutate(bytes, 0, 8);
      case 1 -> mutate(bytes, header, bytes.length);
      case 2 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 100));
      case 3 -> swapDigits(bytes, header);
      default -> mutate(bytes, 8, header);
    };
  }

  private byte[] mutate(byte[] bytes, int from, int to) {
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      int at = random.nextInt(from, to);
      bytes[at] =
          switch (random.nextInt(3)) {
            case 0 -> (byte) random.nextInt(256);
            case 1 -> (byte) INTERESTING.charAt(random.nextInt(INTERESTING.length()));
            default -> bytes[random.nextInt(from, to)];
          };
    }
    return bytes;
  }

  /** Exchanges two digits of the header, which keeps it valid JSON and lies about the rest. */
  private byte[] swapDigits(byte[] bytes, int header) {
    int first = digit(bytes, header);
    int second = digit(bytes, header);
    byte kept = bytes[first];
    bytes[first] = bytes[second];
    bytes[second] = kept;
    return bytes;
  }

  private int digit(byte[] bytes, int header) {
    int at = random.nextInt(8, header);
    while (!Character.isDigit(bytes[at])) {
      at = random.nextInt(8, header);
    }
    return at;
  }

  /** What was accepted, or nothing if it was refused. */
  private List<String> openBounded() {
    Opened opened = new Opened();
    long allocated = Allocations.during(opened);
    assertThat(allocated).isLessThan(MAX_ALLOCATED_BYTES);
    return opened.modules;
  }

  private final class Opened implements Runnable {
    private List<String> modules = List.of();

    @Override
    public void run() {
      try {
        modules = open();
        accepted++;
      } catch (InvalidAdapterException e) {
        assertThat(e.getMessage()).isNotBlank();
        refused++;
      }
    }
  }

  private List<String> open() {
    try (AdapterFile file = AdapterFile.open(folder, model)) {
      return file.modules().stream().map(AdapterFileFuzzTest::describe).toList();
    }
  }

  private static String describe(LoraModule module) {
    return "%d %s %d %s %s%s %s%s"
        .formatted(
            module.layer(),
            module.module(),
            module.rank(),
            module.scaling(),
            module.a().type(),
            Arrays.toString(module.a().shape()),
            module.b().type(),
            Arrays.toString(module.b().shape()));
  }
}
