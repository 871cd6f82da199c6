package io.chameleon.adapter.eviction;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The eviction policies that can be chosen. */
public enum EvictionKind {
  /** Least recently used first. */
  LRU,
  /** Least frequently used first, with ageing. */
  LFU,
  /** Greedy-Dual-Size with Frequency. */
  GDSF,
  /** The Chameleon paper's score with equal weights. */
  FAIR_SHARE,
  /** The Chameleon paper's score. */
  CHAMELEON,
  /** Least stall saved per byte first. */
  VALUE_PER_BYTE,
  /** Least stall saved per byte first, where stalls beyond a target count more. */
  TAIL;

  /**
   * The policy of this name.
   *
   * @throws IllegalArgumentException if there is none; the message lists those there are
   */
  public static EvictionKind named(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.propertyName().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "chameleon.eviction.policy is '%s'; known policies are: %s"
                    .formatted(name, names())));
  }

  /** Its name in the configuration. */
  public String propertyName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A policy of this kind that has seen nothing yet. */
  public EvictionPolicy create(EvictionParameters parameters) {
    return switch (this) {
      case LRU -> new LruPolicy();
      case LFU -> new LfuPolicy(parameters.demandHalfLife());
      case GDSF -> new GdsfPolicy();
      case FAIR_SHARE ->
          new WeightedSumPolicy(this, ScoreWeights.EQUAL, parameters.frequencyWindow());
      case CHAMELEON ->
          new WeightedSumPolicy(this, parameters.weights(), parameters.frequencyWindow());
      case VALUE_PER_BYTE -> stallPerByte(parameters, new MeanStallCost());
      case TAIL -> stallPerByte(parameters, new TailStallCost(parameters.tailTarget()));
    };
  }

  private EvictionPolicy stallPerByte(EvictionParameters parameters, StallCost cost) {
    return new StallPerBytePolicy(this, parameters.demandHalfLife(), cost);
  }

  private static String names() {
    return Arrays.stream(values())
        .map(EvictionKind::propertyName)
        .collect(Collectors.joining(", "));
  }
}
