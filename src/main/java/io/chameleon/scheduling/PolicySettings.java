package io.chameleon.scheduling;

import io.chameleon.scheduling.adaptive.AdaptivePolicyProperties;
import io.chameleon.scheduling.chameleon.ChameleonPolicyProperties;

/**
 * The properties of all policies; each reads its own.
 *
 * @param fairness of the queues of {@code fifo} and {@code chameleon}
 * @param fifo of {@code fifo}
 * @param slora of {@code s-lora}
 * @param sjf of {@code sjf}
 * @param chameleon of {@code chameleon}
 * @param adaptive of {@code adaptive}
 */
public record PolicySettings(
    FairnessProperties fairness,
    FifoProperties fifo,
    SloraProperties slora,
    SjfProperties sjf,
    ChameleonPolicyProperties chameleon,
    AdaptivePolicyProperties adaptive) {

  /** What holds where nothing else is configured. */
  public static final PolicySettings DEFAULT =
      new PolicySettings(
          FairnessProperties.DEFAULT,
          FifoProperties.DEFAULT,
          SloraProperties.PUBLISHED,
          SjfProperties.DEFAULT,
          ChameleonPolicyProperties.DEFAULT,
          AdaptivePolicyProperties.DEFAULT);
}
