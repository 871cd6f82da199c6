package io.chameleon.model;

import org.jspecify.annotations.Nullable;

/**
 * Rotary position embedding.
 *
 * @param theta base of the frequencies
 * @param llama3 Llama 3.1's frequency scaling, or null for none
 */
public record RopeConfig(double theta, @Nullable Llama3Scaling llama3) {

  /**
   * The {@code llama3} rope type.
   *
   * @param factor by which low frequencies are divided
   * @param lowFrequencyFactor wavelengths over originalContext / this are scaled fully
   * @param highFrequencyFactor wavelengths under originalContext / this are left alone
   * @param originalContext context length before scaling, in tokens
   */
  public record Llama3Scaling(
      double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalContext) {}
}
