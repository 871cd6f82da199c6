package io.chameleon.scheduling;

/**
 * What is known of the time from the start of a request to its first token.
 *
 * @param prefill what it takes at least
 * @param marginNanos by how much first tokens come later than wait and prefill say, in all cases
 *     but few
 */
record AfterStart(LeastPrefill prefill, long marginNanos) {}
