package io.chameleon.bench;

import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.admission.prediction.HistorySettings;
import io.chameleon.scheduling.PolicyKind;
import io.chameleon.scheduling.PolicySettings;
import io.chameleon.scheduling.chameleon.ChameleonPolicyProperties;
import io.chameleon.simulation.PredictorFactory;
import io.chameleon.simulation.ServiceSettings;
import io.chameleon.simulation.SimulationProfile;

/** What the proof of the policy {@code adaptive} compares. */
enum AdaptiveSystem {
  /** First come, first served; with the service's own eviction. */
  FIFO("fifo", PolicyKind.FIFO, EvictionKind.TAIL, 1),
  /** The Chameleon paper's scheduler and eviction, looking at the queues before each step. */
  CHAMELEON("chameleon", PolicyKind.CHAMELEON, EvictionKind.CHAMELEON, 1),
  /** The same, looking every ten steps, as the paper's engine does. */
  CHAMELEON_10("chameleon, period 10", PolicyKind.CHAMELEON, EvictionKind.CHAMELEON, 10),
  /** The service's own. */
  ADAPTIVE("adaptive", PolicyKind.ADAPTIVE, EvictionKind.TAIL, 1);

  /** The paper's predictor; what it says of the others is any length of the workload. */
  static final double PAPER_ACCURACY = 0.8;

  private static final long PREDICTOR_SEED = 7;

  private final String label;

  private final PolicyKind policy;

  private final EvictionKind eviction;

  private final int admissionPeriod;

  AdaptiveSystem(String label, PolicyKind policy, EvictionKind eviction, int admissionPeriod) {
    this.label = label;
    this.policy = policy;
    this.eviction = eviction;
    this.admissionPeriod = admissionPeriod;
  }

  /** Its name, for people. */
  String label() {
    return label;
  }

  /**
   * The service set up so. With the paper's predictor {@code adaptive} has its own, the adapters'
   * history; with another accuracy all have that oracle.
   */
  ServiceSettings settings(SimulationProfile profile, double accuracy) {
    ServiceSettings usual = ServiceSettings.of(policy, profile);
    boolean learns = this == ADAPTIVE && accuracy == PAPER_ACCURACY;
    PredictorFactory predictor =
        learns
            ? PredictorFactory.history(HistorySettings.DEFAULT)
            : PredictorFactory.oracle(accuracy, PREDICTOR_SEED);
    return new ServiceSettings(
        policy,
        policies(),
        usual.limits(),
        eviction,
        usual.evictionParameters(),
        usual.prefetch(),
        usual.habits(),
        predictor,
        usual.waiting(),
        usual.queueCapacity());
  }

  private PolicySettings policies() {
    PolicySettings usual = PolicySettings.DEFAULT;
    ChameleonPolicyProperties paper = usual.chameleon();
    return new PolicySettings(
        usual.fairness(),
        usual.fifo(),
        usual.slora(),
        usual.sjf(),
        paper.withAdmissionPeriod(admissionPeriod),
        usual.adaptive());
  }
}
