package io.chameleon.engine;

import io.chameleon.request.TokenLogprob;
import java.util.List;

/**
 * The next token of a sequence.
 *
 * @param token id in the vocabulary
 * @param logprob its natural log-probability before temperature and filters; 0 where none was asked
 * @param top the most likely tokens, best first; empty where none were asked for
 */
public record SampledToken(int token, float logprob, List<TokenLogprob> top) {}
