package io.chameleon.workload;

import java.util.List;

/**
 * What a file of requests holds.
 *
 * @param workload its requests; the first arrives at 0
 * @param adapters name of adapter 0, 1 and so on, as they first appear; empty where the file knows
 *     none
 * @param tenants likewise of the tenants
 * @param leftOut entries that are no whole request: those without an input or an output token (who
 *     failed or left), and lines of a recording that its end cut off
 */
public record Trace(Workload workload, List<String> adapters, List<String> tenants, int leftOut) {

  public Trace {
    adapters = List.copyOf(adapters);
    tenants = List.copyOf(tenants);
  }
}
