package io.chameleon.scheduling;

import io.chameleon.engine.StepSize;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who runs in a step.
 *
 * @param policy who starts next; one of the names of {@link PolicyKind}
 * @param maxBatchTokens most tokens fed in a step. It bounds the time of a step, and so the time
 *     between two tokens of a stream while others prefill. 0 for what suits the device, and no less
 *     than {@code maxSequences}
 * @param maxSequences most sequences that run at once; 0 for what suits the device, and no more
 *     than {@code maxBatchTokens}
 * @param prefillChunk most prompt tokens of one sequence in a step; less than {@code
 *     maxBatchTokens} lets several prompts share a step, and costs the long ones time to first
 *     token. 0 for the step that suits the device
 * @param outputReservation most output tokens that are taken for predicted where all that is gone
 *     by is {@code max_tokens}; and for how many more a sequence is given cells each time that it
 *     has used those of its prediction, which it is given when it starts
 * @param separatePasses whether a step is either prefill or decode, as in S-LoRA, so that a first
 *     token does not wait for the decode of others, and others wait for each prefill
 */
@ConfigurationProperties("chameleon.scheduling")
public record SchedulingProperties(
    @DefaultValue("fifo") String policy,
    @DefaultValue("0") int maxBatchTokens,
    @DefaultValue("0") int maxSequences,
    @DefaultValue("0") int prefillChunk,
    @DefaultValue("256") int outputReservation,
    @DefaultValue("false") boolean separatePasses) {

  private static final StepSize SMALLEST = new StepSize(1, 1);

  public SchedulingProperties {
    PolicyKind.named(policy);
    requireSetOrByDevice("max-batch-tokens", maxBatchTokens);
    requireSetOrByDevice("max-sequences", maxSequences);
    requireSetOrByDevice("prefill-chunk", prefillChunk);
    // What is set must go together whatever the device.
    new SchedulingLimits(
        tokens(maxBatchTokens, maxSequences, SMALLEST),
        sequences(maxBatchTokens, maxSequences, SMALLEST),
        chunk(prefillChunk, SMALLEST),
        outputReservation,
        separatePasses);
  }

  private static void requireSetOrByDevice(String property, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(
          "chameleon.scheduling.%s is %d; it must be 0 (by device) or more"
              .formatted(property, value));
    }
  }

  private static int tokens(int set, int sequences, StepSize suiting) {
    return set == 0 ? Math.max(suiting.tokens(), sequences) : set;
  }

  private static int sequences(int tokens, int set, StepSize suiting) {
    return set == 0 ? Math.min(suiting.sequences(), tokens(tokens, set, suiting)) : set;
  }

  private static int chunk(int set, StepSize suiting) {
    return set == 0 ? suiting.tokens() : set;
  }

  /** The chosen policy. */
  public PolicyKind policyKind() {
    return PolicyKind.named(policy);
  }

  /**
   * The limits of a step: those that are set, and for the rest what suits the device.
   *
   * @param suiting the device's own
   */
  public SchedulingLimits limits(StepSize suiting) {
    return new SchedulingLimits(
        tokens(maxBatchTokens, maxSequences, suiting),
        sequences(maxBatchTokens, maxSequences, suiting),
        chunk(prefillChunk, suiting),
        outputReservation,
        separatePasses);
  }

  /** Names of the limits that are left to the device. */
  public List<String> leftToDevice() {
    List<String> names = new ArrayList<>();
    if (maxBatchTokens == 0) {
      names.add("max-batch-tokens");
    }
    if (maxSequences == 0) {
      names.add("max-sequences");
    }
    if (prefillChunk == 0) {
      names.add("prefill-chunk");
    }
    return names;
  }
}
