package io.chameleon.adapter.peft;

import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import io.chameleon.model.TensorEntry;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sorts an adapter's tensors by the module they belong to: {@code
 * base_model.model.model.layers.N.MODULE.lora_A.weight} and {@code …lora_B.weight}, with or without
 * an adapter's name before {@code weight}.
 */
final class LoraTensors {

  private static final Pattern KEY =
      Pattern.compile(
          "base_model\\.model\\.model\\.layers\\.(0|[1-9]\\d{0,5})\\.(\\w+\\.\\w+)"
              + "\\.lora_(A|B)(?:\\.([^.]+))?\\.weight");

  /** What other keys of PEFT mean, the telling part first. */
  private static final Map<String, String> MEANINGS =
      Map.of(
          "lora_magnitude_vector", "DoRA is not served",
          "lora_embedding_", "updates of the embedding are not served",
          "embed_tokens", "updates of the embedding are not served",
          "lm_head", "replacements or updates of the head are not served",
          "modules_to_save", "whole modules are not replaced",
          "token_adapter", "trainable tokens are not served",
          ".bias", "biases are not replaced");

  private final ModelConfig model;
  private final SortedMap<LoraSite, Pair> pairs = new TreeMap<>();
  private @Nullable String adapterName;
  private boolean isFirst = true;

  private LoraTensors(ModelConfig model) {
    this.model = model;
  }

  /** The two halves of one update, either of which may be missing. */
  record Pair(@Nullable TensorEntry a, @Nullable TensorEntry b) {}

  /**
   * All tensors, by layer and module.
   *
   * @throws InvalidAdapterException for a tensor that belongs to no linear module of the model
   */
  static SortedMap<LoraSite, Pair> of(Collection<TensorEntry> tensors, ModelConfig model) {
    LoraTensors sorted = new LoraTensors(model);
    tensors.forEach(sorted::add);
    return sorted.pairs;
  }

  private void add(TensorEntry tensor) {
    Matcher key = KEY.matcher(tensor.name());
    LoraSite site = key.matches() ? site(key).orElse(null) : null;
    if (site == null) {
      throw stranger(tensor);
    }
    requireOneAdapter(tensor.name(), key.group(4));
    Pair pair = pairs.getOrDefault(site, new Pair(null, null));
    // Keys are unique and the infix is the same for all, so no half can come twice.
    pairs.put(
        site, key.group(3).equals("A") ? new Pair(tensor, pair.b()) : new Pair(pair.a(), tensor));
  }

  private Optional<LoraSite> site(Matcher key) {
    int layer = Integer.parseInt(key.group(1));
    if (layer >= model.layers()) {
      return Optional.empty();
    }
    return Arrays.stream(LinearModule.values())
        .filter(module -> module.path().equals(key.group(2)))
        .findFirst()
        .map(module -> new LoraSite(layer, module));
  }

  private void requireOneAdapter(String key, @Nullable String name) {
    if (isFirst) {
      adapterName = name;
      isFirst = false;
    } else if (!Objects.equals(adapterName, name)) {
      throw new InvalidAdapterException(
          "tensor %s belongs to the adapter %s, others to %s; supported is one adapter in a file"
              .formatted(key, name, adapterName));
    }
  }

  private InvalidAdapterException stranger(TensorEntry tensor) {
    String meaning =
        MEANINGS.entrySet().stream()
            .filter(entry -> tensor.name().contains(entry.getKey()))
            .map(entry -> ": " + entry.getValue())
            .sorted()
            .findFirst()
            .orElse("");
    return new InvalidAdapterException(
        "tensor %s of shape %s matches no linear module of the model's %d layers%s"
            .formatted(tensor.name(), Arrays.toString(tensor.shape()), model.layers(), meaning));
  }
}
