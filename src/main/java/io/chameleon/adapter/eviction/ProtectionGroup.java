package io.chameleon.adapter.eviction;

/** How an idle adapter is protected; those of the second group leave after all of the first. */
public enum ProtectionGroup {
  /** No request wants it. */
  IDLE,
  /** A queued request wants it. */
  WANTED
}
