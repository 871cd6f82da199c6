package io.chameleon.adapter.pool;

import io.chameleon.adapter.catalogue.AdapterVersion;
import java.util.Collection;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/** All versions that are in use or resident. For the engine thread alone. */
final class VersionUses {

  private final IdentityHashMap<AdapterVersion, VersionUse> byVersion = new IdentityHashMap<>();

  /** What is known of a version; nothing yet, if it was not here. */
  VersionUse of(AdapterVersion version) {
    VersionUse use = byVersion.get(version);
    if (use == null) {
      use = new VersionUse(version);
      byVersion.put(version, use);
    }
    return use;
  }

  Collection<VersionUse> all() {
    return byVersion.values();
  }

  /** Forgets a version that nobody has and that is nowhere. */
  void forgetIfIdle(VersionUse use) {
    if (use.open() > 0 || use.isKept()) {
      return;
    }
    use.leaveToOthers();
    if (use.resident() == null && byVersion.remove(use.version(), use)) {
      use.letGo();
      use.end();
    }
  }

  /** Lets go of host memory that was held for a version that no sequence has. */
  void letGoIfClosed(VersionUse use) {
    if (use.open() == 0) {
      use.letGo();
      forgetIfIdle(use);
    }
  }

  /** What is known of a version, or null. */
  @Nullable VersionUse find(AdapterVersion version) {
    return byVersion.get(version);
  }
}
