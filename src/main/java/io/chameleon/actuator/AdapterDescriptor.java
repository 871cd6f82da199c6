package io.chameleon.actuator;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One adapter as JSON. What only a served one has is null for others.
 *
 * @param name the name under which requests ask for it
 * @param status served, refused, pending (it may still be being copied) or unloaded
 * @param rank largest rank of any module
 * @param contentHash SHA-256 of configuration and weights, once they were read
 * @param tier the fastest memory that it is in: device, host or disk
 * @param packedBytes bytes of its weights in host memory
 * @param deviceBytes bytes that they take in device memory: whole cells
 * @param leases sequences that run with it
 * @param waiting sequences that wait and want it
 * @param requests requests for this version
 * @param hits those that found it in device memory
 * @param lastUsed when it was last asked for, or null if never
 * @param pinned whether it stays in device memory
 * @param tenants who may use it; empty for everyone
 * @param reason why it is refused or pending
 */
public record AdapterDescriptor(
    String name,
    String status,
    @Nullable Integer rank,
    @Nullable String contentHash,
    @Nullable String tier,
    @Nullable Long packedBytes,
    @Nullable Long deviceBytes,
    @Nullable Integer leases,
    @Nullable Integer waiting,
    @Nullable Long requests,
    @Nullable Long hits,
    @Nullable Instant lastUsed,
    @Nullable Boolean pinned,
    @Nullable List<String> tenants,
    @Nullable String reason) {

  /** One that is not served. */
  static AdapterDescriptor unserved(String name, String status, @Nullable String reason) {
    return new AdapterDescriptor(
        name, status, null, null, null, null, null, null, null, null, null, null, null, null,
        reason);
  }
}
