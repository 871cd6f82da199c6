package io.chameleon.adapter.peft;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code layers_to_transform} and {@code layers_pattern}: which layers are meant, and after which
 * part of a module's name its layer number stands.
 *
 * @param layers numbers, or empty for all
 * @param patterns tried in turn; the layer number is their last group
 */
record LayerSelector(Set<Integer> layers, List<PythonPattern> patterns) {

  private static final int MAX_DIGITS = 9;

  boolean matches(String module) {
    return layers.isEmpty() || layerOf(module).filter(layers::contains).isPresent();
  }

  private Optional<Integer> layerOf(String module) {
    return patterns.stream()
        .map(pattern -> pattern.lastGroupAtStart(module))
        .flatMap(Optional::stream)
        .findFirst()
        .filter(digits -> digits.length() <= MAX_DIGITS)
        .map(Integer::valueOf);
  }
}
