package io.chameleon.adapter.pool;

import io.chameleon.adapter.catalogue.AdapterVersion;
import java.util.Collection;
import java.util.IdentityHashMap;

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
    if (use.open() == 0 && use.resident() == null && !use.isPinned()) {
      use.letGo();
      byVersion.remove(use.version());
    }
  }
}
