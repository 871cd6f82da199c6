package io.chameleon.scheduling;

import io.chameleon.adapter.pool.LoadHabits;
import io.chameleon.scheduling.adaptive.AdaptivePolicy;
import io.chameleon.scheduling.chameleon.ChameleonPolicy;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The policies that can be chosen. */
public enum PolicyKind {
  /** S-LoRA as published. */
  S_LORA(settings -> new SloraPolicy(settings.slora())),
  /** Who came first starts first. */
  FIFO(settings -> new FifoPolicy(settings.fifo(), settings.fairness())),
  /** Shortest predicted output first, with ageing. */
  SJF(settings -> new SjfPolicy(settings.sjf())),
  /** The Chameleon paper's: size classes with quotas. */
  CHAMELEON(settings -> new ChameleonPolicy(settings.chameleon(), settings.fairness())),
  /** The service's own: predicted service times, feedback, a bound on waiting. */
  ADAPTIVE(settings -> new AdaptivePolicy(settings.adaptive(), settings.fairness()));

  @SuppressWarnings("ImmutableEnumChecker") // a constructor, without state
  private final Function<PolicySettings, SchedulingPolicy> maker;

  PolicyKind(Function<PolicySettings, SchedulingPolicy> maker) {
    this.maker = maker;
  }

  /**
   * The policy of this name.
   *
   * @throws IllegalArgumentException if there is none; the message lists those there are
   */
  public static PolicyKind named(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.propertyName().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "chameleon.scheduling.policy is '%s'; known policies are: %s"
                    .formatted(name, names())));
  }

  /** Its name in the configuration. */
  public String propertyName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A policy of this kind with empty queues. */
  public SchedulingPolicy create(PolicySettings settings) {
    return maker.apply(settings);
  }

  /** How adapters are loaded for a policy of this kind. */
  public LoadHabits loadHabits(PolicySettings settings) {
    return this == S_LORA ? settings.slora().loadHabits() : LoadHabits.NONE;
  }

  private static String names() {
    return Arrays.stream(values()).map(PolicyKind::propertyName).collect(Collectors.joining(", "));
  }
}
