package io.chameleon.adapter.catalogue;

import io.chameleon.adapter.ModuleGroup;
import java.util.Map;

/**
 * How large an adapter is, as its configuration and headers say; no weight is read for it.
 *
 * @param rank the largest rank of any module
 * @param packedBytes bytes of its weights in host memory and at rest on the device, in the device's
 *     format and at true ranks, or at one rank for each module where adapters are packed evenly
 * @param windowRows rows that it takes in each group's window while it runs: its largest rank
 *     there; groups that it does not touch are absent
 */
public record AdapterShape(int rank, long packedBytes, Map<ModuleGroup, Integer> windowRows) {

  public AdapterShape {
    windowRows = Map.copyOf(windowRows);
  }

  /** Rows in the window of a group, 0 if it has no module there. */
  public int rows(ModuleGroup group) {
    return windowRows.getOrDefault(group, 0);
  }
}
