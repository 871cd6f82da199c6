package io.chameleon.model;

import org.jspecify.annotations.Nullable;

/**
 * Rotary position embedding.
 *
 * @param theta base of the frequencies
 * @param llama3 Llama 3.1's frequency scaling, or null for none
 */
public record RopeConfig(double theta, @Nullable Llama3Scaling llama3) {

  public RopeConfig {
    if (!(theta > 0) || Double.isInfinite(theta)) {
      throw new IllegalArgumentException("theta is %s; must be over 0".formatted(theta));
    }
  }

  /**
   * The angle by which each pair of a head's values turns from one position to the next, in
   * radians, computed in fp32 as transformers does, so that both agree to the last bit or two.
   *
   * @param headSize even
   * @return headSize / 2 values, fastest first
   */
  public float[] inverseFrequencies(int headSize) {
    float[] frequencies = new float[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float exponent = (float) (2 * i) / (float) headSize;
      float frequency = 1f / (float) Math.pow(theta, exponent);
      frequencies[i] = llama3 == null ? frequency : llama3.scaled(frequency);
    }
    return frequencies;
  }

  /**
   * The {@code llama3} rope type.
   *
   * @param factor by which low frequencies are divided
   * @param lowFrequencyFactor wavelengths over originalContext / this are scaled fully
   * @param highFrequencyFactor wavelengths under originalContext / this are left alone
   * @param originalContext context length before scaling, in tokens
   */
  public record Llama3Scaling(
      double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalContext) {

    public Llama3Scaling {
      if (!(factor > 0) || !(lowFrequencyFactor > 0) || originalContext < 1) {
        throw new IllegalArgumentException(
            "factor %s, lowFrequencyFactor %s, originalContext %d; all must be over 0"
                .formatted(factor, lowFrequencyFactor, originalContext));
      }
      if (!(highFrequencyFactor > lowFrequencyFactor)) {
        throw new IllegalArgumentException(
            "highFrequencyFactor is %s; must be over lowFrequencyFactor, which is %s"
                .formatted(highFrequencyFactor, lowFrequencyFactor));
      }
    }

    private float scaled(float frequency) {
      float wavelength = (float) (2 * Math.PI) / frequency;
      float longest = (float) (originalContext / lowFrequencyFactor);
      float shortest = (float) (originalContext / highFrequencyFactor);
      if (wavelength > longest) {
        return frequency / (float) factor;
      }
      if (wavelength < shortest) {
        return frequency;
      }
      float share =
          (originalContext / wavelength - (float) lowFrequencyFactor)
              / (float) (highFrequencyFactor - lowFrequencyFactor);
      return (1f - share) * frequency / (float) factor + share * frequency;
    }
  }
}
