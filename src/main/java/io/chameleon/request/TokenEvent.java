package io.chameleon.request;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the stream of one sequence carries: tokens, then exactly one {@link Finished}. */
public sealed interface TokenEvent {

  /**
   * One generated token.
   *
   * @param token id in the vocabulary
   * @param logprob natural log-probability of the token; 0 where none was asked for
   * @param top the most likely tokens, best first; empty where none were asked for
   * @param timing on the first token of a sequence, where the time went until then (decode is
   *     zero), for a reader that ends the sequence itself and so sees no {@link Finished}; null on
   *     all other tokens
   */
  record Token(int token, float logprob, List<TokenLogprob> top, @Nullable RequestTiming timing)
      implements TokenEvent {

    /** A token that is not the first of its sequence. */
    public Token(int token, float logprob, List<TokenLogprob> top) {
      this(token, logprob, top, null);
    }
  }

  /**
   * The end of the sequence.
   *
   * @param reason why it ended
   * @param stopToken the end-of-sequence or stop token that ended it, which is not among the {@link
   *     Token}s; null for any other end
   * @param timing where the time went
   */
  record Finished(FinishReason reason, @Nullable Integer stopToken, RequestTiming timing)
      implements TokenEvent {}
}
