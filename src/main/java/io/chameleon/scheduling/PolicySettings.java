package io.chameleon.scheduling;

import io.chameleon.scheduling.adaptive.AdaptivePolicyProperties;
import io.chameleon.scheduling.chameleon.ChameleonPolicyProperties;

/**
 * The properties of all policies; each reads its own.
 *
 * @param fifo of {@code fifo}
 * @param slora of {@code s-lora}
 * @param sjf of {@code sjf}
 * @param chameleon of {@code chameleon}
 * @param adaptive of {@code adaptive}
 */
public record PolicySettings(
    FifoProperties fifo,
    SloraProperties slora,
    SjfProperties sjf,
    ChameleonPolicyProperties chameleon,
    AdaptivePolicyProperties adaptive) {

  /** What holds where nothing else is configured. */
  public static final PolicySettings DEFAULT =
      new PolicySettings(
          FifoProperties.DEFAULT,
          SloraProperties.PUBLISHED,
          SjfProperties.DEFAULT,
          ChameleonPolicyProperties.DEFAULT,
          AdaptivePolicyProperties.DEFAULT);
}
