package io.chameleon.bench;

import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes PEFT LoRA folders that fit a model: bf16, random weights so small that answers stay those
 * of the base in kind, no two alike.
 *
 * @param model whose shapes the adapters have
 * @param modules those of each layer that get an update
 * @param seed the same seed gives the same bytes
 */
record AdapterGenerator(ModelConfig model, List<LinearModule> modules, long seed) {

  /** What the demo's own adapters have. */
  static final List<LinearModule> ATTENTION =
      List.of(LinearModule.Q, LinearModule.K, LinearModule.V, LinearModule.O);

  /** Magnitudes of B; with A of 1 ÷ √in, the update of rank 128 is some percent of a weight. */
  private static final float MOST_B = 0.01f;

  AdapterGenerator {
    modules = List.copyOf(modules);
    if (modules.isEmpty()) {
      throw new IllegalArgumentException("an adapter needs at least one module");
    }
  }

  /**
   * An adapter that has been written.
   *
   * @param name under which it is served: its folder's
   */
  record Generated(String name, int rank) {}

  /**
   * Writes one adapter for each rank, below a folder, on all cores.
   *
   * @param folder made if it is missing
   */
  List<Generated> write(Path folder, int... ranks) {
    RandomSafetensors files = new RandomSafetensors(seed);
    List<Generated> all = named(ranks);
    IntStream.range(0, ranks.length)
        .parallel()
        .forEach(i -> writeOne(files, folder.resolve(all.get(i).name()), ranks[i], i));
    return all;
  }

  /** The adapters that such ranks give. */
  static List<Generated> named(int... ranks) {
    return IntStream.range(0, ranks.length)
        .mapToObj(i -> new Generated("generated-%04d".formatted(i), ranks[i]))
        .toList();
  }

  /** Elements of A and B of all modules and layers for one rank. */
  long elementsPerRank() {
    return (long) model.layers()
        * modules.stream().mapToInt(m -> model.inputSize(m) + model.outputSize(m)).sum();
  }

  /**
   * Writes one adapter.
   *
   * @param folder its PEFT folder, made if it is missing
   * @param number tells it from others of the same seed
   */
  void writeOne(Path folder, int rank, int number) {
    writeOne(new RandomSafetensors(seed), folder, rank, number);
  }

  private void writeOne(RandomSafetensors files, Path folder, int rank, int number) {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
    try {
      Files.createDirectories(folder);
      Files.writeString(
          folder.resolve("adapter_config.json"),
          JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(config(rank)));
      files.write(folder.resolve("adapter_model.safetensors"), tensors(rank), random);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, Object> config(int rank) {
    return Map.of(
        "peft_type",
        "LORA",
        "task_type",
        "CAUSAL_LM",
        "r",
        rank,
        "lora_alpha",
        rank,
        "bias",
        "none",
        "target_modules",
        modules.stream().map(LinearModule::shortName).toList());
  }

  private List<RandomSafetensors.Tensor> tensors(int rank) {
    List<RandomSafetensors.Tensor> tensors = new ArrayList<>();
    for (int layer = 0; layer < model.layers(); layer++) {
      for (LinearModule module : modules) {
        String site = "base_model.model.model.layers.%d.%s.".formatted(layer, module.path());
        int inputs = model.inputSize(module);
        float mostA = (float) (1 / Math.sqrt(inputs));
        tensors.add(RandomSafetensors.Tensor.uniform(site + "lora_A.weight", rank, inputs, mostA));
        tensors.add(
            RandomSafetensors.Tensor.uniform(
                site + "lora_B.weight", model.outputSize(module), rank, MOST_B));
      }
    }
    return tensors;
  }

  /** The modules that these names mean: {@code q,k,v,o}, or {@code all} for all seven. */
  static List<LinearModule> modules(List<String> names) {
    return names.equals(List.of("all"))
        ? List.of(LinearModule.values())
        : names.stream().map(AdapterGenerator::module).toList();
  }

  private static LinearModule module(String name) {
    return Arrays.stream(LinearModule.values())
        .filter(module -> module.shortName().equals(name + "_proj"))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "--modules has %s; modules are q, k, v, o, gate, up, down, or all"
                    .formatted(name)));
  }
}
