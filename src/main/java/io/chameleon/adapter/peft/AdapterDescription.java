package io.chameleon.adapter.peft;

import io.chameleon.model.InvalidFileException;
import io.chameleon.model.ModelConfig;
import io.chameleon.model.SafetensorsLayout;
import io.chameleon.model.StrictJson;
import io.chameleon.model.TensorEntry;
import io.chameleon.model.UnreadableFileException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What configuration and header of a PEFT LoRA folder say, checked against the model: everything in
 * them is understood, or the adapter is refused. No weight is read for it.
 */
public final class AdapterDescription {

  /** The file with the weights. */
  public static final String WEIGHTS = "adapter_model.safetensors";

  private static final int MAX_CONFIG_BYTES = 1 << 20;

  /** About 60,000 tensors, fifty times what the largest models have places for. */
  private static final int MAX_HEADER_BYTES = 8 << 20;

  /** Of a module's scaling over the adapter's, as of a weight. */
  static final float MAX_MAGNITUDE = 0x1p40f;

  private static final List<String> PICKLES =
      List.of("adapter_model.bin", "adapter_model.pt", "adapter_model.pth", "adapter_model.ckpt");

  private final byte[] configBytes;
  private final PeftConfig config;
  private final SafetensorsLayout weights;
  private final List<LoraUpdate> updates;

  private AdapterDescription(
      byte[] configBytes, PeftConfig config, SafetensorsLayout weights, ModelConfig model) {
    this.configBytes = configBytes;
    this.config = config;
    this.weights = weights;
    this.updates = updates(config, weights, model);
  }

  /**
   * Reads the configuration and the header of the weights.
   *
   * @throws InvalidAdapterException with a cause that a person understands
   * @throws UncheckedIOException if they cannot be read, which says nothing about them
   */
  public static AdapterDescription read(Path folder, ModelConfig model) {
    return read(folder, model, (key, description) -> description.get());
  }

  /** The same, where what was described before need not be understood again. */
  static AdapterDescription read(Path folder, ModelConfig model, Memory memory) {
    return understood(() -> {
      byte[] config = StrictJson.bytes(folder.resolve(PeftConfigReader.FILE), MAX_CONFIG_BYTES);
      SafetensorsLayout.Unparsed header = header(folder, config);
      return memory.find(
          new DescriptionKey(config, header.json(), header.fileBytes()),
          () -> of(config, header.parse(), model));
    });
  }

  /** Where descriptions are found again. */
  @FunctionalInterface
  interface Memory {
    AdapterDescription find(DescriptionKey key, Supplier<AdapterDescription> description);
  }

  /**
   * The same configuration over weights that lie in memory.
   *
   * @param file the whole file
   * @throws InvalidAdapterException if the header in memory does not fit
   */
  AdapterDescription over(MemorySegment file, ModelConfig model) {
    return understood(
        () -> of(configBytes, SafetensorsLayout.of(file, WEIGHTS, MAX_HEADER_BYTES), model));
  }

  private static AdapterDescription of(
      byte[] configBytes, SafetensorsLayout weights, ModelConfig model) {
    return new AdapterDescription(configBytes, PeftConfigReader.read(configBytes), weights, model);
  }

  /** The scaling of modules without a pattern of their own. */
  public float scaling() {
    return config.scaling();
  }

  /** The largest rank of any module. */
  public int rank() {
    return updates.stream().mapToInt(LoraUpdate::rank).max().orElseThrow();
  }

  /** All updates, by layer, then in the order of {@code LinearModule}. */
  public List<LoraUpdate> updates() {
    return updates;
  }

  /** Length of the file with the weights. */
  public long weightBytes() {
    return weights.fileBytes();
  }

  long dataOffset() {
    return weights.dataOffset();
  }

  byte[] configBytes() {
    return configBytes;
  }

  private static AdapterDescription understood(Supplier<AdapterDescription> reading) {
    try {
      return reading.get();
    } catch (UnreadableFileException e) {
      throw new UncheckedIOException(e.getMessage(), e.failure());
    } catch (InvalidFileException e) {
      throw new InvalidAdapterException(e.getMessage(), e);
    }
  }

  private static SafetensorsLayout.Unparsed header(Path folder, byte[] config) {
    Path file = folder.resolve(WEIGHTS);
    try {
      return SafetensorsLayout.read(file, MAX_HEADER_BYTES);
    } catch (InvalidFileException e) {
      // What is wrong with the configuration, or lies there instead, is the better reason.
      PeftConfigReader.read(config);
      if (!Files.exists(file)) {
        refusePickle(folder);
      }
      throw e;
    }
  }

  private static void refusePickle(Path folder) {
    for (String pickle : PICKLES) {
      if (Files.exists(folder.resolve(pickle))) {
        throw new InvalidAdapterException(
            "%s is a pickle file, which is never read; supported is %s".formatted(pickle, WEIGHTS));
      }
    }
  }

  private static List<LoraUpdate> updates(
      PeftConfig config, SafetensorsLayout weights, ModelConfig model) {
    SortedSet<LoraSite> sites = TargetedSites.of(config, model);
    SortedMap<LoraSite, LoraTensors.Pair> pairs = LoraTensors.of(weights.tensors().values(), model);
    for (LoraSite site : pairs.keySet()) {
      if (!sites.contains(site)) {
        throw new InvalidAdapterException(
            "%s holds an update of %s, which target_modules and layers_to_transform leave out"
                .formatted(WEIGHTS, site.moduleName()));
      }
    }
    List<LoraUpdate> updates = new ArrayList<>();
    for (LoraSite site : sites) {
      updates.add(update(config, site, pairs.get(site), model));
    }
    return List.copyOf(updates);
  }

  private static LoraUpdate update(
      PeftConfig config, LoraSite site, LoraTensors.@Nullable Pair pair, ModelConfig model) {
    String name = site.moduleName();
    int rank = config.rank(name);
    TensorEntry a =
        half(pair == null ? null : pair.a(), "lora_A", site, rank, model.inputSize(site.module()));
    TensorEntry b =
        half(pair == null ? null : pair.b(), "lora_B", site, model.outputSize(site.module()), rank);
    float scaling = config.scaling(name, rank);
    if (Float.isInfinite(scaling) || scaling == 0) {
      throw new InvalidAdapterException(
          "adapter_config.json: the scaling of %s is %s; supported is what a float can hold"
              .formatted(name, scaling));
    }
    float share = scaling / config.scaling();
    if (!(share > 0 && share <= MAX_MAGNITUDE)) {
      throw new InvalidAdapterException(
          "adapter_config.json: the scaling of %s is %s, that of modules without a pattern %s;"
                  .formatted(name, scaling, config.scaling())
              + " supported is a ratio over 0 and up to 2^40");
    }
    return new LoraUpdate(site.layer(), site.module(), rank, scaling, a, b);
  }

  private static TensorEntry half(
      @Nullable TensorEntry tensor, String half, LoraSite site, long rows, long columns) {
    if (tensor == null) {
      throw new InvalidAdapterException(
          "%s lacks %s of %s, which the configuration targets"
              .formatted(WEIGHTS, half, site.moduleName()));
    }
    if (!tensor.hasShape(rows, columns)) {
      throw new InvalidAdapterException(
          "tensor %s has the shape %s; configuration and model ask for [%d, %d]"
              .formatted(tensor.name(), Arrays.toString(tensor.shape()), rows, columns));
    }
    return tensor;
  }
}
