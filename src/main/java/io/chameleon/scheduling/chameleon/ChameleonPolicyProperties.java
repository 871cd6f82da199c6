package io.chameleon.scheduling.chameleon;

import io.chameleon.scheduling.PropertyLimits;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The constants of the Chameleon paper's scheduler; what the paper does not give is marked so.
 *
 * @param sizes how the size of a request is told
 * @param inputWeight A, of the prompt in a size
 * @param outputWeight B, of the predicted output
 * @param maxInputTokens prompt that counts as 1 in a size (not in the paper)
 * @param maxOutputTokens output that counts as 1 (not in the paper)
 * @param maxRank adapter rank that counts as 1; the largest of the paper's adapters
 * @param rankFloor rank of requests without an adapter (not in the paper)
 * @param queues whether classes follow the traffic
 * @param refresh T_refresh: between two looks at classes and quotas, and how far back they look
 * @param minimumSamples fewest sizes that classes are formed from; until then there is one (not in
 *     the paper)
 * @param kMax most classes
 * @param kRule how many classes there are
 * @param elbowCut share of the sum of squares that one more class must cut for {@code elbow}, over
 *     0 and below 1 (not in the paper)
 * @param staticClasses how many classes {@code static} queues have
 * @param staticLargest size at which the last of their equal ranges would end (not in the paper)
 * @param slo time to first token that quotas are made for
 * @param initialWeights how tokens that no class needs are shared out (not in the paper)
 * @param bypass whether a younger request may pass a head that waits for memory
 * @param squash whether it is stopped when its memory is all that the head lacks
 * @param admissionPeriod steps between two looks at the queues while anything runs; the paper's
 *     engine, S-LoRA's, looks every 10
 */
@ConfigurationProperties("chameleon.scheduling.chameleon")
public record ChameleonPolicyProperties(
    @DefaultValue("product") SizeFormula sizes,
    @DefaultValue("0.4") double inputWeight,
    @DefaultValue("0.6") double outputWeight,
    @DefaultValue("4096") int maxInputTokens,
    @DefaultValue("1024") int maxOutputTokens,
    @DefaultValue("128") int maxRank,
    @DefaultValue("4") int rankFloor,
    @DefaultValue("dynamic") QueueKind queues,
    @DefaultValue("5m") Duration refresh,
    @DefaultValue("100") int minimumSamples,
    @DefaultValue("4") int kMax,
    @DefaultValue("paper") ClassCountRule kRule,
    @DefaultValue("0.55") double elbowCut,
    @DefaultValue("4") int staticClasses,
    @DefaultValue("1.0") double staticLargest,
    @DefaultValue("5s") Duration slo,
    @DefaultValue("descending") InitialWeights initialWeights,
    @DefaultValue("true") boolean bypass,
    @DefaultValue("true") boolean squash,
    @DefaultValue("1") int admissionPeriod) {

  private static final PropertyLimits LIMITS = new PropertyLimits("chameleon.scheduling.chameleon");

  /** What holds where nothing else is configured. */
  public static final ChameleonPolicyProperties DEFAULT =
      new ChameleonPolicyProperties(
          SizeFormula.PRODUCT,
          0.4,
          0.6,
          4096,
          1024,
          128,
          4,
          QueueKind.DYNAMIC,
          Duration.ofMinutes(5),
          100,
          4,
          ClassCountRule.PAPER,
          0.55,
          4,
          1.0,
          Duration.ofSeconds(5),
          InitialWeights.DESCENDING,
          true,
          true,
          1);

  private static final int LONGEST_PERIOD = 1000;

  private static final int MOST_CLASSES = 16;

  public ChameleonPolicyProperties {
    var limits = new SizeLimits(maxInputTokens, maxOutputTokens, maxRank, rankFloor);
    new WeightedRequestSize(sizes, inputWeight, outputWeight, limits);
    new QuotaFormula(slo, initialWeights);
    requireRange("minimum-samples", minimumSamples, SizeWindow.CAPACITY);
    requireRange("k-max", kMax, MOST_CLASSES);
    requireRange("static-classes", staticClasses, MOST_CLASSES);
    requireRange("admission-period", admissionPeriod, LONGEST_PERIOD);
    LIMITS.require("elbow-cut", elbowCut, elbowCut > 0 && elbowCut < 1, "over 0 and below 1");
    LIMITS.require(
        "static-largest",
        staticLargest,
        staticLargest > 0 && staticLargest <= Double.MAX_VALUE,
        "over 0");
    LIMITS.require("refresh", refresh, refresh.isPositive(), "over 0");
  }

  /** The same with another time between two looks at the queues, in steps. */
  public ChameleonPolicyProperties withAdmissionPeriod(int steps) {
    return new ChameleonPolicyProperties(
        sizes,
        inputWeight,
        outputWeight,
        maxInputTokens,
        maxOutputTokens,
        maxRank,
        rankFloor,
        queues,
        refresh,
        minimumSamples,
        kMax,
        kRule,
        elbowCut,
        staticClasses,
        staticLargest,
        slo,
        initialWeights,
        bypass,
        squash,
        steps);
  }

  /** What a request's size is. */
  WeightedRequestSize requestSize() {
    return new WeightedRequestSize(
        sizes,
        inputWeight,
        outputWeight,
        new SizeLimits(maxInputTokens, maxOutputTokens, maxRank, rankFloor));
  }

  /** A window without sizes. */
  SizeWindow sizeWindow() {
    return new SizeWindow(refresh, minimumSamples, SizeWindow.CAPACITY);
  }

  /**
   * The classes of these sizes by {@link #kRule}.
   *
   * @param sortedSizes ascending, at least one
   */
  CutOffs dynamicCutOffs(double[] sortedSizes) {
    return CutOffs.between(kRule.choose(KMeans.clusterings(sortedSizes, kMax), elbowCut));
  }

  /** The classes of {@code static} queues. */
  CutOffs staticCutOffs() {
    return CutOffs.equalRanges(staticClasses, staticLargest);
  }

  /** The formula of quotas. */
  QuotaFormula quotaFormula() {
    return new QuotaFormula(slo, initialWeights);
  }

  /** Who may pass a head that waits for memory. */
  BypassRule bypassRule() {
    return new BypassRule(bypass, squash);
  }

  private static void requireRange(String property, int value, int most) {
    LIMITS.require(property, value, value >= 1 && value <= most, "1 to %,d".formatted(most));
  }
}
