package io.chameleon.scheduling;

/**
 * The properties of all policies; each reads its own.
 *
 * @param fifo of {@code fifo}
 * @param slora of {@code s-lora}
 * @param sjf of {@code sjf}
 */
public record PolicySettings(FifoProperties fifo, SloraProperties slora, SjfProperties sjf) {

  /** What holds where nothing else is configured. */
  public static final PolicySettings DEFAULT =
      new PolicySettings(FifoProperties.DEFAULT, SloraProperties.PUBLISHED, SjfProperties.DEFAULT);
}
