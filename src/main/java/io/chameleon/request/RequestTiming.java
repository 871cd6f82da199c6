package io.chameleon.request;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the time of one sequence went.
 *
 * @param queue from arrival to the step that first ran it, without the adapter's part
 * @param adapter waiting for the adapter alone; zero for the base model
 * @param adapterTier where the adapter was found, or null for the base model
 * @param prefill from the first step to the first token
 * @param decode from the first token to the last
 */
public record RequestTiming(
    Duration queue,
    Duration adapter,
    @Nullable AdapterTier adapterTier,
    Duration prefill,
    Duration decode) {}
