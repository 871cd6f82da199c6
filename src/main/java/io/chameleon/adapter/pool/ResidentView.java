package io.chameleon.adapter.pool;

import java.util.List;

/**
 * A resident adapter as others may see it.
 *
 * @param contentHash its identity
 * @param names the names that stand, or stood, for it
 * @param cells arena cells it takes at rest now; 0 while it runs in the window alone
 * @param leases sequences that run with it
 * @param waiting sequences that wait and want it
 */
public record ResidentView(
    String contentHash, List<String> names, int cells, int leases, int waiting)
    implements Comparable<ResidentView> {

  static ResidentView of(Resident resident) {
    return new ResidentView(
        resident.contentHash(),
        resident.uses.stream().map(use -> use.version().name()).distinct().sorted().toList(),
        resident.cellsAtRest(),
        resident.isRunning() ? resident.loans() : 0,
        resident.uses.stream().mapToInt(VersionUse::waiting).sum());
  }

  @Override
  public int compareTo(ResidentView other) {
    return contentHash.compareTo(other.contentHash);
  }
}
