package io.chameleon.scheduling;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who runs in a step.
 *
 * @param policy who starts next; one of the names of {@link PolicyKind}
 * @param maxBatchTokens most tokens fed in a step. It bounds the time of a step, and so the time
 *     between two tokens of a stream while others prefill: on two cores, 256 tokens of the demo
 *     model take about 60 ms
 * @param maxSequences most sequences that run at once. On a CPU a row more costs more than it gives
 *     from about 16 on
 * @param prefillChunk most prompt tokens of one sequence in a step; less than {@code
 *     maxBatchTokens} lets several prompts share a step, and costs the long ones time to first
 *     token
 * @param outputReservation most output tokens for which a sequence is given cells when it starts,
 *     however large its {@code max_tokens}; it gets as many again each time it has used them
 * @param separatePasses whether a step is either prefill or decode, as in S-LoRA, so that a first
 *     token does not wait for the decode of others, and others wait for each prefill
 */
@ConfigurationProperties("chameleon.scheduling")
public record SchedulingProperties(
    @DefaultValue("fifo") String policy,
    @DefaultValue("256") int maxBatchTokens,
    @DefaultValue("16") int maxSequences,
    @DefaultValue("256") int prefillChunk,
    @DefaultValue("256") int outputReservation,
    @DefaultValue("false") boolean separatePasses) {

  public SchedulingProperties {
    PolicyKind.named(policy);
    new SchedulingLimits(
        maxBatchTokens, maxSequences, prefillChunk, outputReservation, separatePasses);
  }

  /** The chosen policy. */
  public PolicyKind policyKind() {
    return PolicyKind.named(policy);
  }

  /** The limits of a step. */
  public SchedulingLimits limits() {
    return new SchedulingLimits(
        maxBatchTokens, maxSequences, prefillChunk, outputReservation, separatePasses);
  }
}
