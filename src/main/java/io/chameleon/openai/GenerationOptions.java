package io.chameleon.openai;

import io.chameleon.request.InvalidRequestException;
import io.chameleon.request.SamplingParams;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What both completion endpoints share.
 *
 * @param n how many answers to give to each prompt, 1 to {@value #MAX_CHOICES}
 * @param maxTokens most tokens of each, or null where the request does not say
 * @param maxTokensField the field that said it
 * @param priority as in {@link io.chameleon.request.ServiceTerms}, or null where the request does
 *     not say
 * @param sampling how tokens are chosen; its seed is that of the first answer
 */
record GenerationOptions(
    int n,
    @Nullable Integer maxTokens,
    String maxTokensField,
    StopOptions stop,
    StreamOptions streaming,
    @Nullable Integer priority,
    SamplingParams sampling) {

  /** The OpenAI API's own limit. */
  static final int MAX_CHOICES = 128;

  private static final int MAX_BIAS = 100;

  private static final Pattern TOKEN_ID = Pattern.compile("0|[1-9][0-9]{0,8}");

  /**
   * Reads the shared fields.
   *
   * @param topLogprobs as in {@link SamplingParams}; the endpoints spell it differently
   * @param vocabularySize token ids are below this
   * @param chance where a seed comes from when the request has none
   */
  static GenerationOptions read(
      RequestFields body, int topLogprobs, int vocabularySize, RandomGenerator chance) {
    UnsupportedFields.refuse(body);
    String field =
        body.optional("max_completion_tokens") == null ? "max_tokens" : "max_completion_tokens";
    Integer deprecated = body.optionalInteger("max_tokens", 1, Integer.MAX_VALUE);
    Integer current = body.optionalInteger("max_completion_tokens", 1, Integer.MAX_VALUE);
    return new GenerationOptions(
        body.integer("n", 1, MAX_CHOICES, 1),
        current == null ? deprecated : current,
        field,
        StopOptions.read(body),
        StreamOptions.read(body),
        body.optionalInteger("priority", Integer.MIN_VALUE, Integer.MAX_VALUE),
        sampling(body, topLogprobs, vocabularySize, chance));
  }

  /** How tokens of one of the answers to a prompt are chosen: each has a seed of its own. */
  SamplingParams samplingOf(int choice) {
    return new SamplingParams(
        sampling.temperature(),
        sampling.topP(),
        sampling.topK(),
        sampling.minP(),
        sampling.presencePenalty(),
        sampling.frequencyPenalty(),
        sampling.repetitionPenalty(),
        sampling.logitBias(),
        sampling.seed() + choice,
        sampling.minTokens(),
        sampling.ignoreEos(),
        sampling.stopTokens(),
        sampling.topLogprobs());
  }

  private static SamplingParams sampling(
      RequestFields body, int topLogprobs, int vocabularySize, RandomGenerator chance) {
    Long seed = body.optionalInt64("seed");
    return new SamplingParams(
        body.number("temperature", 1),
        body.number("top_p", 1),
        Math.max(0, body.integer("top_k", -1, Integer.MAX_VALUE, 0)),
        body.number("min_p", 0),
        body.number("presence_penalty", 0),
        body.number("frequency_penalty", 0),
        body.number("repetition_penalty", 1),
        logitBias(body, vocabularySize),
        seed == null ? chance.nextLong() : seed,
        body.integer("min_tokens", 0, Integer.MAX_VALUE, 0),
        body.bool("ignore_eos", false),
        Set.copyOf(body.integers("stop_token_ids", 0, vocabularySize - 1)),
        topLogprobs);
  }

  private static Map<Integer, Float> logitBias(RequestFields body, int vocabularySize) {
    JsonNode node = body.optional("logit_bias");
    if (node == null) {
      return Map.of();
    }
    Map<Integer, Float> biases = new LinkedHashMap<>();
    for (Entry<String, JsonNode> entry : JsonValues.object(node, "logit_bias").properties()) {
      int token = tokenId(entry.getKey(), vocabularySize);
      String path = "logit_bias." + token;
      double bias = JsonValues.number(entry.getValue(), path);
      if (Math.abs(bias) > MAX_BIAS) {
        throw JsonValues.wrong(
            entry.getValue(), path, "a number from -%d to %d".formatted(MAX_BIAS, MAX_BIAS));
      }
      biases.put(token, (float) bias);
    }
    return biases;
  }

  private static int tokenId(String key, int vocabularySize) {
    if (TOKEN_ID.matcher(key).matches() && Integer.parseInt(key) < vocabularySize) {
      return Integer.parseInt(key);
    }
    throw new InvalidRequestException(
        "logit_bias",
        "logit_bias has the key `%s`; keys must be token ids from 0 to %d."
            .formatted(JsonValues.shorten(key), vocabularySize - 1));
  }
}
