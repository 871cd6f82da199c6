package io.chameleon.engine.cuda;

import io.chameleon.model.ElementType;
import java.util.Set;

/**
 * How the engine uses a GPU.
 *
 * @param ordinal number of the GPU, from 0
 * @param numbers bf16, or 4-byte floats
 * @param rows most rows of a step: tokens of all its sequences
 * @param sequences most sequences of a step
 * @param recorded whether decode steps are recorded as CUDA graphs
 * @param off kernels that libtorch's operators stand in for
 * @param batchInvariant whether what a sequence computes is bit for bit the same in any company
 */
public record GpuOptions(
    int ordinal,
    ElementType numbers,
    int rows,
    int sequences,
    boolean recorded,
    Set<String> off,
    boolean batchInvariant) {

  /** Rows of the largest step, unless something else is said. */
  public static final int ROWS = 4096;

  /** Sequences of the largest step, unless something else is said. */
  public static final int SEQUENCES = 512;

  /** libtorch's operators choose how they add up by how many rows there are. */
  private static final Set<KernelText> NEEDED =
      Set.of(
          KernelText.EMBEDDING,
          KernelText.NORM,
          KernelText.ROPE,
          KernelText.ACTIVATION,
          KernelText.LORA);

  public GpuOptions {
    off = Set.copyOf(off);
    if (numbers == ElementType.F16) {
      throw new IllegalArgumentException("the engine computes in BF16 or F32, not in " + numbers);
    }
    if (rows < 1 || sequences < 1) {
      throw new IllegalArgumentException(
          "%d rows and %d sequences; each must be at least 1".formatted(rows, sequences));
    }
    for (String name : off) {
      KernelText text = text(name);
      if (batchInvariant && NEEDED.contains(text)) {
        throw new IllegalArgumentException(
            "batch-invariant steps need the kernels %s, which are off".formatted(name));
      }
    }
  }

  /** As usual. */
  public static GpuOptions of(int ordinal, ElementType numbers) {
    return new GpuOptions(ordinal, numbers, ROWS, SEQUENCES, true, Set.of(), false);
  }

  /** Names of the kernels that can be off. */
  public static java.util.List<String> kernels() {
    return java.util.Arrays.stream(KernelText.values()).map(KernelText::fileName).toList();
  }

  /** The texts that are off. */
  Set<KernelText> offTexts() {
    return off.stream()
        .map(GpuOptions::text)
        .collect(java.util.stream.Collectors.toUnmodifiableSet());
  }

  private static KernelText text(String name) {
    for (KernelText text : KernelText.values()) {
      if (text.fileName().equals(name)) {
        return text;
      }
    }
    throw new IllegalArgumentException(
        "no kernels are called %s; there are %s".formatted(name, kernels()));
  }
}
