package io.chameleon.adapter.eviction;

/**
 * Why room is needed, and how much.
 *
 * @param reason one of those by score
 * @param bytesNeeded memory that is needed, 0 or more
 * @param bytesFree how much of it is free already, 0 or more
 */
public record EvictionNeed(EvictionReason reason, long bytesNeeded, long bytesFree) {

  public EvictionNeed {
    if (!reason.isByScore()) {
      throw new IllegalArgumentException("nobody is chosen for reason " + reason);
    }
    if (bytesNeeded < 0 || bytesFree < 0) {
      throw new IllegalArgumentException(
          "%d bytes needed and %d free; both must be at least 0".formatted(bytesNeeded, bytesFree));
    }
  }

  /** Bytes that others must free; 0 if none. */
  public long missingBytes() {
    return Math.max(0, bytesNeeded - bytesFree);
  }
}
