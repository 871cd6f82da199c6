package io.chameleon.serving;

import io.chameleon.adapter.pool.FreedMemory;
import io.chameleon.adapter.pool.VersionNeeds;
import org.jspecify.annotations.Nullable;

/**
 * What came of an unload.
 *
 * @param name that stood for the adapter
 * @param contentHash of the version, or null if nobody has read it or none was served
 * @param mode what was to become of its sequences
 * @param unloaded whether the name stands for nothing now; false if {@code refuse} found it in use
 * @param drained whether nothing of the version is left in memory
 * @param streamsEnded sequences that were ended with an error
 * @param running sequences that run with it still
 * @param waiting sequences that wait with it still
 * @param deviceBytes freed in device memory, so far as it has drained
 * @param hostBytes freed in host memory, so far as it has drained
 */
public record UnloadReport(
    String name,
    @Nullable String contentHash,
    String mode,
    boolean unloaded,
    boolean drained,
    int streamsEnded,
    int running,
    int waiting,
    long deviceBytes,
    long hostBytes) {

  /** Nothing has changed, since it is in use. */
  UnloadReport refused(VersionNeeds needs) {
    return new UnloadReport(
        name, contentHash, mode, false, false, 0, needs.running(), needs.waiting(), 0, 0);
  }

  /** The name stands for nothing, and sequences still end with the version. */
  UnloadReport draining(VersionNeeds needs) {
    return new UnloadReport(
        name, contentHash, mode, true, false, streamsEnded, needs.running(), needs.waiting(), 0, 0);
  }

  /** All is free. */
  UnloadReport drained(FreedMemory freed) {
    return new UnloadReport(
        name,
        contentHash,
        mode,
        true,
        true,
        streamsEnded,
        0,
        0,
        freed.deviceBytes(),
        freed.hostBytes());
  }
}
