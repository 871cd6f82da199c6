package io.chameleon.serving;

import io.chameleon.adapter.catalogue.AdapterVersion;
import org.jspecify.annotations.Nullable;

/**
 * What came of a load. The adapter is served, whatever the rest says.
 *
 * @param name that stands for it
 * @param contentHash of the version, or null if nobody has read it yet
 * @param rank largest rank of any module
 * @param packedBytes bytes of its weights in memory
 * @param pinned whether it was pinned
 * @param preloaded whether it is in device memory because of this
 * @param message what was asked for and is not done, and why, or null
 */
public record LoadReport(
    String name,
    @Nullable String contentHash,
    int rank,
    long packedBytes,
    boolean pinned,
    boolean preloaded,
    @Nullable String message) {

  static LoadReport of(
      AdapterVersion version, boolean pinned, boolean preloaded, @Nullable String message) {
    return new LoadReport(
        version.name(),
        version.contentHash().orElse(null),
        version.shape().rank(),
        version.shape().packedBytes(),
        pinned,
        preloaded,
        message);
  }
}
