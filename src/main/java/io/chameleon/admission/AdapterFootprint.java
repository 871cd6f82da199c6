package io.chameleon.admission;

/**
 * What an adapter adds to the size of a request.
 *
 * @param rank its largest rank, 0 or more
 * @param cells memory of its weights in token units: cells of the arena, each the KV of one token,
 *     0 or more
 */
public record AdapterFootprint(int rank, int cells) {

  /** Of a request without an adapter. */
  public static final AdapterFootprint NONE = new AdapterFootprint(0, 0);

  public AdapterFootprint {
    if (rank < 0 || cells < 0) {
      throw new IllegalArgumentException(
          "adapter of rank %d and %d cells; both must be at least 0".formatted(rank, cells));
    }
  }
}
