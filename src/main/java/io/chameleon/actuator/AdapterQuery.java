package io.chameleon.actuator;

import org.jspecify.annotations.Nullable;

/**
 * Which adapters are to be shown.
 *
 * @param name a part of the name, or null for all
 * @param tier where they are: {@code device}, {@code host} or {@code disk}, or null for all
 * @param status such as {@code served}, or null for all
 * @param offset of those, how many are left out first
 * @param limit how many are shown then at most
 */
record AdapterQuery(
    @Nullable String name, @Nullable String tier, @Nullable String status, int offset, int limit) {

  static final int DEFAULT_LIMIT = 100;

  static final int MOST = 10_000;

  AdapterQuery {
    if (offset < 0 || limit < 0 || limit > MOST) {
      throw new IllegalArgumentException(
          "offset is %d and limit is %d; they must be 0 or more, and the limit at most %d"
              .formatted(offset, limit, MOST));
    }
  }

  boolean matches(AdapterDescriptor adapter) {
    return (name == null || adapter.name().contains(name))
        && (tier == null || tier.equals(adapter.tier()))
        && (status == null || status.equals(adapter.status()));
  }
}
