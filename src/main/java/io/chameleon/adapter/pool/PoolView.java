package io.chameleon.adapter.pool;

import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.memory.ArenaSnapshot;
import io.chameleon.memory.CellUse;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pool at one moment.
 *
 * @param uses what is in use, pinned or resident, by the version itself
 * @param residents what is in device memory, by content hash
 * @param arena who owned how many cells
 * @param cellBytes bytes of a cell
 */
public record PoolView(
    IdentityHashMap<AdapterVersion, Use> uses,
    Map<String, ResidentView> residents,
    ArenaSnapshot arena,
    long cellBytes) {

  /** Of a service whose engine does not answer. */
  public static final PoolView EMPTY =
      new PoolView(new IdentityHashMap<>(), Map.of(), ArenaSnapshot.EMPTY, 1);

  /**
   * A version in use.
   *
   * @param needs who needs it
   * @param isPinned whether it is to stay
   * @param isNamed whether a name stands for it
   */
  public record Use(VersionNeeds needs, boolean isPinned, boolean isNamed) {

    static final Use NONE = new Use(VersionNeeds.NONE, false, true);
  }

  /** Whether the engine has told it. */
  public boolean isKnown() {
    return arena.cells() > 0;
  }

  /** What is known of a version. */
  public Use use(AdapterVersion version) {
    Use use = uses.get(version);
    return use == null ? Use.NONE : use;
  }

  /** The resident with a version's content, or null. */
  public @Nullable ResidentView resident(AdapterVersion version) {
    return version.contentHash().map(residents::get).orElse(null);
  }

  /** Bytes that so many bytes take in the arena: whole cells. */
  public long deviceBytes(long packedBytes) {
    return Math.ceilDiv(packedBytes, cellBytes) * cellBytes;
  }

  /** Bytes of the cells in one use. */
  public long bytes(CellUse use) {
    int cells =
        switch (use) {
          case KV -> arena.kv();
          case ADAPTER -> arena.adapter();
          case WINDOW -> arena.window();
        };
    return cells * cellBytes;
  }

  /** Bytes of the free cells. */
  public long freeBytes() {
    return arena.free() * cellBytes;
  }

  /** Versions that no name stands for and that sequences still end with. */
  public int draining() {
    return (int) uses.values().stream().filter(use -> !use.isNamed()).count();
  }
}
