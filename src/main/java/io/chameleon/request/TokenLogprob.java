package io.chameleon.request;

/**
 * A token and its natural log-probability under the model, before temperature and filters.
 *
 * @param token id in the vocabulary
 * @param logprob nats, at most 0
 */
public record TokenLogprob(int token, float logprob) {}
