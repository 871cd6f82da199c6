package io.chameleon.oracle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;
import tools.jackson.databind.json.JsonMapper;

/**
 * How far an answer in bf16 may be from the golden one, which is fp32's: by what transformers in
 * bf16 is off on the same machine, where that was measured ({@code load-tests/gpu/run correct}).
 *
 * @param logits largest error of a logit
 * @param tie how close the two best golden logits are where either token may come
 * @param peerError what transformers in bf16 is off by, or nothing if it was not measured
 */
record Bf16Limits(double logits, double tie, OptionalDouble peerError) {

  /** Names the JSON that {@code load-tests/gpu/transformers_peft.py --error} wrote. */
  static final String PROPERTY = "chameleon.test.peer-error";

  private static final double OVER_PEER = 1.25;

  private static final double TIE_OVER_PEER = 4;

  /**
   * Without a peer: libtorch's operators in bf16 are off by 0.13 to 0.14, a wrong kernel by whole
   * units.
   */
  private static final Bf16Limits UNMEASURED =
      new Bf16Limits(0.35, TIE_OVER_PEER * 0.14, OptionalDouble.empty());

  /** Those of this machine. */
  static Bf16Limits here() {
    String file = System.getProperty(PROPERTY, "");
    return file.isEmpty() ? UNMEASURED : of(Path.of(file));
  }

  static Bf16Limits of(Path peerError) {
    try {
      double error =
          JsonMapper.shared()
              .readTree(Files.readString(peerError))
              .required("bf16LogitError")
              .asDouble();
      if (!(error > 0 && error < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "the error in %s is %s; it must be over 0 and finite".formatted(peerError, error));
      }
      return new Bf16Limits(OVER_PEER * error, TIE_OVER_PEER * error, OptionalDouble.of(error));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    String peer =
        peerError.isPresent()
            ? String.format(
                Locale.ROOT, "transformers in bf16 is off by %.3f here", peerError.getAsDouble())
            : "transformers in bf16 was not measured here";
    return String.format(
        Locale.ROOT,
        "%s; logits may be off by %.3f, tokens may differ where golden logits are within %.3f",
        peer,
        logits,
        tie);
  }
}
