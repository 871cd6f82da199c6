package io.chameleon.openai;

import io.chameleon.request.FinishReason;
import io.chameleon.request.RequestTiming;
import org.jspecify.annotations.Nullable;

/**
 * How one choice ended.
 *
 * @param stop what the request named and the answer reached, or null for any other end
 * @param timing where the time went, or null where it is not known
 */
record ChoiceEnd(FinishReason reason, @Nullable StopReason stop, @Nullable RequestTiming timing) {}
