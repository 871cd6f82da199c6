package io.chameleon.simulation;

import io.chameleon.workload.AdapterMix;
import io.chameleon.workload.TracedRequest;
import io.chameleon.workload.Workload;

/**
 * All that a run depends on.
 *
 * @param profile the machine and the model
 * @param settings the service on it
 * @param adapters what it serves
 * @param workload what it is asked for
 */
public record SimulationSetup(
    SimulationProfile profile, ServiceSettings settings, AdapterMix adapters, Workload workload) {

  public SimulationSetup {
    for (TracedRequest request : workload.requests()) {
      if (request.adapter() >= adapters.size()) {
        throw new IllegalArgumentException(
            "a request asks for adapter %d; there are %d"
                .formatted(request.adapter(), adapters.size()));
      }
    }
  }

  /** The same on another machine. */
  public SimulationSetup with(SimulationProfile newProfile) {
    return new SimulationSetup(newProfile, settings, adapters, workload);
  }

  /** The same with the service set up otherwise. */
  public SimulationSetup with(ServiceSettings newSettings) {
    return new SimulationSetup(profile, newSettings, adapters, workload);
  }

  /** Rank of the adapter of a request, 0 if it has none. */
  int rank(TracedRequest request) {
    return request.adapter() == TracedRequest.BASE_MODEL ? 0 : adapters.rank(request.adapter());
  }
}
