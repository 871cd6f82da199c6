package io.chameleon.bench;

import io.chameleon.text.TextCodec;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Prompts of whatever length, in tokens of the model's own tokenizer: random words of plain
 * English, so that answers are text too and each token of them is seen at once.
 */
final class PromptSource {

  private static final List<String> WORDS =
      List.of(
          "the",
          "old",
          "river",
          "house",
          "and",
          "a",
          "small",
          "green",
          "bird",
          "came",
          "to",
          "see",
          "what",
          "children",
          "of",
          "town",
          "had",
          "found",
          "in",
          "garden",
          "when",
          "rain",
          "was",
          "over",
          "they",
          "went",
          "home",
          "with",
          "their",
          "mother",
          "who",
          "told",
          "them",
          "story");

  private final TextCodec codec;

  private final RandomGenerator random;

  PromptSource(TextCodec codec, RandomGenerator random) {
    this.codec = codec;
    this.random = random;
  }

  /** The next prompt, of exactly so many tokens. */
  int[] next(int tokens) {
    int[] encoded = codec.encodePrompt(words(tokens));
    if (encoded.length < tokens) {
      throw new IllegalStateException(
          "%d words are %d tokens; that many at least were expected"
              .formatted(tokens, encoded.length));
    }
    return Arrays.copyOf(encoded, tokens);
  }

  private String words(int count) {
    StringBuilder text = new StringBuilder("Once upon a time");
    for (int i = 0; i < count; i++) {
      text.append(' ').append(WORDS.get(random.nextInt(WORDS.size())));
    }
    return text.toString();
  }
}
