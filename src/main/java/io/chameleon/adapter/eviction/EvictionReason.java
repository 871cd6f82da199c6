package io.chameleon.adapter.eviction;

import java.util.Locale;

/** Why an adapter left device memory. */
public enum EvictionReason {
  /** A sequence needed the cells for its KV. */
  KV,
  /** Another adapter needed them. */
  ADAPTER,
  /** The window of running adapters needed them. */
  WINDOW,
  /** Memory is short, in the arena or outside it. */
  PRESSURE,
  /** Its last user has ended, and it is a habit to drop it then. */
  DISCARDED,
  /** A new version has taken its name. */
  REPLACED,
  /** Its folder is gone. */
  REMOVED,
  /** An administrator has unloaded it. */
  UNLOADED;

  /** Whether a policy chose who leaves. */
  public boolean isByScore() {
    return switch (this) {
      case KV, ADAPTER, WINDOW, PRESSURE -> true;
      case DISCARDED, REPLACED, REMOVED, UNLOADED -> false;
    };
  }

  /** Its name in metrics and answers. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
