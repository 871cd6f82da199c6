package io.chameleon.simulation.paper;

import io.chameleon.adapter.eviction.EvictionProperties;
import io.chameleon.adapter.pool.LoadHabits;
import io.chameleon.adapter.pool.PrefetchProperties;
import io.chameleon.scheduling.FairnessProperties;
import io.chameleon.scheduling.FifoProperties;
import io.chameleon.scheduling.PolicyKind;
import io.chameleon.scheduling.PolicySettings;
import io.chameleon.scheduling.SjfProperties;
import io.chameleon.scheduling.SloraProperties;
import io.chameleon.scheduling.adaptive.AdaptivePolicyProperties;
import io.chameleon.scheduling.chameleon.ChameleonPolicyProperties;
import io.chameleon.simulation.LinkCost;
import io.chameleon.simulation.PredictorFactory;
import io.chameleon.simulation.ProfileFile;
import io.chameleon.simulation.ServiceSettings;
import io.chameleon.simulation.SimulationProfile;
import io.chameleon.simulation.SimulationSetup;
import io.chameleon.workload.WorkloadSpec;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;

/**
 * Everything that one run of the paper depends on, save its load, as the settings file gives it.
 *
 * @param machine what it runs on
 * @param workload what is asked for
 * @param scheduling who runs
 * @param loads how adapters are loaded
 * @param prefetch which adapters are loaded ahead
 * @param eviction which idle adapter leaves
 * @param predictor of output lengths
 */
record Experiment(
    @DefaultValue MachineSettings machine,
    @DefaultValue PaperWorkload workload,
    @DefaultValue Scheduling scheduling,
    @DefaultValue LoadHabits loads,
    @DefaultValue PrefetchProperties prefetch,
    @DefaultValue EvictionProperties eviction,
    @DefaultValue Predictor predictor) {

  /**
   * The machine.
   *
   * @param profile one of {@link ProfileFile}
   * @param cells tokens of KV that fit; 0 as the profile says
   * @param linkFactor bytes a second of the link, as a multiple of the profile's, over 0
   */
  record MachineSettings(
      @DefaultValue(ProfileFile.A40) String profile,
      @DefaultValue("0") int cells,
      @DefaultValue("1.0") double linkFactor) {

    SimulationProfile load() {
      SimulationProfile loaded = ProfileFile.load(profile);
      LinkCost link = loaded.link();
      LinkCost scaled =
          new LinkCost(link.bytesPerSecond() * linkFactor, link.latencyNanos(), link.slowdown());
      return loaded.with(scaled).withCells(cells == 0 ? loaded.cells() : cells);
    }
  }

  /**
   * Who runs.
   *
   * @param policy one of {@link PolicyKind}
   */
  record Scheduling(
      @DefaultValue("fifo") String policy,
      @DefaultValue FifoProperties fifo,
      @Name("s-lora") @DefaultValue SloraProperties slora,
      @DefaultValue SjfProperties sjf,
      @DefaultValue ChameleonPolicyProperties chameleon) {

    PolicyKind kind() {
      return PolicyKind.named(policy);
    }

    PolicySettings policies() {
      return new PolicySettings(
          FairnessProperties.NONE, fifo, slora, sjf, chameleon, AdaptivePolicyProperties.DEFAULT);
    }
  }

  /**
   * What is known of outputs before they are made.
   *
   * @param accuracy share of requests whose output is known, 0 to 1
   * @param seed of the others
   */
  record Predictor(@DefaultValue("0.8") double accuracy, @DefaultValue("1") long seed) {

    PredictorFactory factory() {
      return PredictorFactory.oracle(accuracy, seed);
    }
  }

  /** What is run at a load, in requests per second. */
  SimulationSetup setup(double requestsPerSecond) {
    return setup(requestsPerSecond, workload.spec());
  }

  /** The same of other requests. */
  SimulationSetup setup(double requestsPerSecond, WorkloadSpec requests) {
    SimulationProfile profile = machine.load();
    return new SimulationSetup(
        profile, service(profile), requests.adapters(), requests.generate(requestsPerSecond));
  }

  private ServiceSettings service(SimulationProfile profile) {
    PolicyKind policy = scheduling.kind();
    PolicySettings policies = scheduling.policies();
    ServiceSettings defaults = ServiceSettings.of(policy, profile);
    return new ServiceSettings(
        policy,
        policies,
        defaults.limits(),
        eviction.kind(),
        eviction.parameters(),
        prefetch,
        loads.and(policy.loadHabits(policies)),
        predictor.factory(),
        defaults.waiting(),
        defaults.queueCapacity());
  }
}
