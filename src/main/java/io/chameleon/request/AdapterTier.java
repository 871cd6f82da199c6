package io.chameleon.request;

import java.util.Locale;

/** Where an adapter was found when its request started to run; the slower, the further down. */
public enum AdapterTier {
  DEVICE,
  HOST,
  DISK;

  /** The {@code desc} of the {@code adapter} entry in {@code Server-Timing}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
