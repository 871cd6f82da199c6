package io.chameleon.engine.cuda;

import io.chameleon.model.ElementType;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A model on which kernels are checked.
 *
 * @param off kernels that are left out
 * @param narrow whether grids are as for one multiprocessor
 */
record KernelStand(ModelShape shape, ElementType numbers, Set<String> off, boolean narrow) {

  /** Set to {@code few}, it has one or two shapes checked, not all: for runs under a sanitizer. */
  private static final String WHICH = "chameleon.kernels.shapes";

  private static final String FEW = "few";

  @Override
  public String toString() {
    return shape + " " + numbers;
  }

  /** All kernels, on each shape in each format. Of few shapes one has its rows turned by LoRA's. */
  static Stream<KernelStand> all() {
    return shapes(ModelShape.GQA2_80, ModelShape.GQA8_128)
        .flatMap(shape ->
            Stream.of(ElementType.BF16, ElementType.F32)
                .map(numbers -> new KernelStand(shape, numbers, Set.of(), false)));
  }

  /** Attention in pieces, in bf16, where the device would take spans. Nothing else is compiled. */
  static Stream<KernelStand> pieces() {
    return shapes(ModelShape.GQA2_80)
        .map(
            shape -> new KernelStand(shape, ElementType.BF16, allBut(KernelText.ATTENTION), false));
  }

  /**
   * Low-rank updates of chunks, in bf16, whose blocks have much to do in turn. The one shape is
   * deep enough for that.
   */
  static Stream<KernelStand> onOneMultiprocessor() {
    return shapes(ModelShape.GQA8_128)
        .map(shape ->
            new KernelStand(
                shape,
                ElementType.BF16,
                allBut(KernelText.ROPE, KernelText.LORA, KernelText.LORA_PREFILL),
                true));
  }

  private static Set<String> allBut(KernelText... texts) {
    Set<String> kept =
        Arrays.stream(texts).map(KernelText::fileName).collect(Collectors.toUnmodifiableSet());
    return GpuOptions.kernels().stream()
        .filter(kernel -> !kept.contains(kernel))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Stream<ModelShape> shapes(ModelShape... few) {
    return FEW.equals(System.getProperty(WHICH)) ? Arrays.stream(few) : ModelShape.ALL.stream();
  }

  OperatorStand open() {
    return OperatorStand.onGpu(shape, numbers, off, narrow);
  }
}
