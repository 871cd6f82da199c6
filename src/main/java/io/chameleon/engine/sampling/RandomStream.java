package io.chameleon.engine.sampling;

/**
 * A sequence's own random numbers: the i-th is a function of the seed and of i alone (SplitMix64's
 * finaliser over a counter), so a sequence that starts again goes on as before, alone or in any
 * batch.
 *
 * @see <a href="https://doi.org/10.1145/2714064.2660195">Steele, Lea, Flood: Fast Splittable
 *     Pseudorandom Number Generators</a>
 */
final class RandomStream {

  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private final long start;

  RandomStream(long seed) {
    start = mix(seed); // so that near seeds are not near streams
  }

  /** The number at an index from 0 on, uniform in [0, 1), a multiple of 2⁻⁵³. */
  double at(long index) {
    return (mix(start + (index + 1) * GOLDEN_GAMMA) >>> 11) * 0x1p-53;
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
