package io.chameleon.workload;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request that a service has finished: sizes, adapter and time, no text. In a file it is a line
 * {@code {"t":1763286346.680590,"adapter":"name","input":374,"output":44,"maxTokens":256}}, where
 * {@code t} is Unix time in seconds, {@code adapter} may be null, and {@code "tenant"} may follow.
 *
 * @param arrived when it came
 * @param adapter name of its adapter, or null for the base model
 * @param inputTokens tokens of its prompt, at least 1
 * @param outputTokens tokens that it was given, 0 or more
 * @param maxTokens tokens that it allowed, at least 1 and {@code outputTokens}
 * @param tenant who asked, or null where that is not known or not to be kept
 */
public record TrafficRecord(
    Instant arrived,
    @Nullable String adapter,
    int inputTokens,
    int outputTokens,
    int maxTokens,
    @Nullable String tenant) {

  public TrafficRecord {
    Numbers.checkAtLeast("the input of a finished request", inputTokens, 1);
    Numbers.checkAtLeast("the output of a finished request", outputTokens, 0);
    Numbers.checkAtLeast(
        "the allowed output of a finished request", maxTokens, Math.max(1, outputTokens));
  }
}
