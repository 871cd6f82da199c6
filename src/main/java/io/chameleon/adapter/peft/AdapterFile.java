package io.chameleon.adapter.peft;

import io.chameleon.model.InvalidFileException;
import io.chameleon.model.ModelConfig;
import io.chameleon.model.SafetensorsFile;
import io.chameleon.model.Sha256;
import io.chameleon.model.StrictJson;
import io.chameleon.model.TensorReader;
import io.chameleon.model.TensorView;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * A PEFT LoRA folder, opened and checked against the model: everything in it is understood, or it
 * is refused. Tensors are memory-mapped.
 */
public final class AdapterFile implements AutoCloseable {

  static final String WEIGHTS = "adapter_model.safetensors";

  private static final int MAX_CONFIG_BYTES = 1 << 20;

  /**
   * Of a weight, and of a module's scaling over the adapter's. Neighbours in a batch meet an
   * adapter in one product, under a mask; what overflows would be NaN under the mask, for all of
   * them.
   */
  private static final float MAX_MAGNITUDE = 0x1p40f;

  private static final List<String> PICKLES =
      List.of("adapter_model.bin", "adapter_model.pt", "adapter_model.pth", "adapter_model.ckpt");

  private final byte[] configBytes;
  private final PeftConfig config;
  private final SafetensorsFile weights;
  private final List<LoraModule> modules;

  private AdapterFile(
      byte[] configBytes, PeftConfig config, SafetensorsFile weights, List<LoraModule> modules) {
    this.configBytes = configBytes;
    this.config = config;
    this.weights = weights;
    this.modules = modules;
  }

  /**
   * Reads configuration and headers; no weight is read.
   *
   * @throws InvalidAdapterException with a cause that a person understands
   */
  public static AdapterFile open(Path folder, ModelConfig model) {
    try {
      byte[] configBytes =
          StrictJson.bytes(folder.resolve(PeftConfigReader.FILE), MAX_CONFIG_BYTES);
      PeftConfig config = PeftConfigReader.read(configBytes);
      SortedSet<LoraSite> sites = TargetedSites.of(config, model);
      refusePickle(folder);
      SafetensorsFile weights = SafetensorsFile.open(folder.resolve(WEIGHTS));
      try {
        List<LoraModule> modules = modules(config, sites, weights, model);
        return new AdapterFile(configBytes, config, weights, modules);
      } catch (RuntimeException e) {
        weights.close();
        throw e;
      }
    } catch (InvalidFileException e) {
      throw new InvalidAdapterException(e.getMessage(), e);
    }
  }

  /** The scaling of modules without a pattern of their own. */
  public float scaling() {
    return config.scaling();
  }

  /** The largest rank of any module. */
  public int rank() {
    return modules.stream().mapToInt(LoraModule::rank).max().orElseThrow();
  }

  /** All updates, by layer, then in the order of {@code LinearModule}. */
  public List<LoraModule> modules() {
    return modules;
  }

  /**
   * Reads every weight and refuses NaN, infinities and what could become one in a product.
   *
   * @throws InvalidAdapterException naming the tensor
   */
  public void checkValues() {
    for (LoraModule module : modules) {
      requireUsable(module.a());
      requireUsable(module.b());
    }
  }

  /** Hex SHA-256 over configuration and weights: the adapter's identity. */
  public String contentHash() {
    byte[] length = ByteBuffer.allocate(Integer.BYTES).putInt(configBytes.length).array();
    return new Sha256().update(length).update(configBytes).update(weights.bytes()).hex();
  }

  /** Unmaps the weights; tensors must not be read afterwards. */
  @Override
  public void close() {
    weights.close();
  }

  private static void refusePickle(Path folder) {
    if (Files.exists(folder.resolve(WEIGHTS))) {
      return;
    }
    for (String pickle : PICKLES) {
      if (Files.exists(folder.resolve(pickle))) {
        throw new InvalidAdapterException(
            "%s is a pickle file, which is never read; supported is %s".formatted(pickle, WEIGHTS));
      }
    }
  }

  private static List<LoraModule> modules(
      PeftConfig config, SortedSet<LoraSite> sites, SafetensorsFile weights, ModelConfig model) {
    SortedMap<LoraSite, LoraTensors.Pair> pairs = LoraTensors.of(weights.tensors().values(), model);
    for (LoraSite site : pairs.keySet()) {
      if (!sites.contains(site)) {
        throw new InvalidAdapterException(
            "%s holds an update of %s, which target_modules and layers_to_transform leave out"
                .formatted(WEIGHTS, site.moduleName()));
      }
    }
    List<LoraModule> modules = new ArrayList<>();
    for (LoraSite site : sites) {
      modules.add(module(config, site, pairs.get(site), model));
    }
    return List.copyOf(modules);
  }

  private static LoraModule module(
      PeftConfig config, LoraSite site, LoraTensors.@Nullable Pair pair, ModelConfig model) {
    String name = site.moduleName();
    int rank = config.rank(name);
    TensorView a =
        half(pair == null ? null : pair.a(), "lora_A", site, rank, model.inputSize(site.module()));
    TensorView b =
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
    return new LoraModule(site.layer(), site.module(), rank, scaling, a, b);
  }

  private static TensorView half(
      @Nullable TensorView tensor, String half, LoraSite site, long rows, long columns) {
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

  private static void requireUsable(TensorView tensor) {
    long index = TensorReader.firstOver(tensor, MAX_MAGNITUDE);
    if (index < 0) {
      return;
    }
    float[] value = new float[1];
    TensorReader.read(tensor, index, value, 0, 1);
    throw new InvalidAdapterException(
        Float.isFinite(value[0])
            ? "tensor %s holds %s as element %d of %d; supported are magnitudes up to 2^40"
                .formatted(tensor.name(), value[0], index, tensor.elements())
            : "tensor %s holds NaN or an infinity, first as element %d of %d"
                .formatted(tensor.name(), index, tensor.elements()));
  }
}
