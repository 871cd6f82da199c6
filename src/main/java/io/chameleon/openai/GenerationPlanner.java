package io.chameleon.openai;

import io.chameleon.request.InferenceRequest;
import io.chameleon.request.InvalidRequestException;
import io.chameleon.request.ServiceTerms;
import io.chameleon.serving.ServedModel;
import io.chameleon.serving.ServedModels;
import io.chameleon.text.TextCodec;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Turns a body into sequences to generate: parse, find the model, template, tokenise, check against
 * the context. Takes milliseconds of CPU for a long prompt, so it stays off the event loop.
 */
final class GenerationPlanner {

  /** Most answers to one HTTP request, which all lie in memory before the service sees them. */
  static final int MAX_SEQUENCES = 2048;

  /** How the two endpoints differ: 16 tokens are what the OpenAI API gives a plain completion. */
  private enum Endpoint {
    CHAT("chatcmpl-", "messages", Integer.MAX_VALUE),
    COMPLETION("cmpl-", "prompt", 16);

    private final String idPrefix;

    private final String promptField;

    private final int defaultTokens;

    Endpoint(String idPrefix, String promptField, int defaultTokens) {
      this.idPrefix = idPrefix;
      this.promptField = promptField;
      this.defaultTokens = defaultTokens;
    }
  }

  /** What both endpoints know of a request once its body is read. */
  private record Asked(Endpoint endpoint, String model, GenerationOptions options, Caller caller) {}

  private final ServedModels models;

  private final TextCodec codec;

  private final InstantSource clock;

  private final RandomGenerator chance;

  /**
   * Makes a planner.
   *
   * @param chance of ids, and of seeds where a request has none; safe for any number of threads
   */
  GenerationPlanner(
      ServedModels models, TextCodec codec, InstantSource clock, RandomGenerator chance) {
    this.models = models;
    this.codec = codec;
    this.clock = clock;
    this.chance = chance;
  }

  /**
   * Plans the answer to a body of {@code POST /v1/chat/completions}, which by default may fill the
   * context.
   *
   * @param caller who asks, as the headers say
   * @throws InvalidRequestException if it can never be served
   */
  Generation chat(byte[] body, Caller caller) {
    ChatCompletionRequest request =
        ChatCompletionRequest.read(fields(body), codec.vocabularySize(), chance);
    ServedModel model = models.find(request.model(), caller.tenant());
    int[] prompt = codec.encodeChat(request.messages());
    Asked asked = new Asked(Endpoint.CHAT, request.model(), request.options(), caller);
    return plan(asked, model, List.of(prompt));
  }

  /**
   * Plans the answer to a body of {@code POST /v1/completions}.
   *
   * @param caller who asks, as the headers say
   * @throws InvalidRequestException if it can never be served
   */
  Generation completion(byte[] body, Caller caller) {
    CompletionRequest request =
        CompletionRequest.read(fields(body), codec.vocabularySize(), chance);
    ServedModel model = models.find(request.model(), caller.tenant());
    List<int[]> prompts = request.prompts().stream().map(this::encode).toList();
    Asked asked = new Asked(Endpoint.COMPLETION, request.model(), request.options(), caller);
    return plan(asked, model, prompts);
  }

  private static RequestFields fields(byte[] body) {
    return RequestFields.of(StrictJson.object(body));
  }

  private int[] encode(Prompt prompt) {
    return switch (prompt) {
      case Prompt.Text(String text) -> codec.encodePrompt(text);
      case Prompt.Tokens(int[] ids) -> ids;
    };
  }

  private Generation plan(Asked asked, ServedModel model, List<int[]> prompts) {
    GenerationOptions options = asked.options();
    requireFew(prompts.size(), options.n());
    ServiceTerms terms = asked.caller().terms(options.priority());
    String id =
        "%s%016x%016x".formatted(asked.endpoint().idPrefix, chance.nextLong(), chance.nextLong());
    List<InferenceRequest> sequences = new ArrayList<>(prompts.size() * options.n());
    long promptTokens = 0;
    for (int[] prompt : prompts) {
      promptTokens += prompt.length;
      int maxTokens = maxTokens(asked.endpoint(), prompt.length, model.contextLength(), options);
      for (int choice = 0; choice < options.n(); choice++) {
        String sequenceId = id + "-" + sequences.size();
        sequences.add(
            new InferenceRequest(
                sequenceId, model.adapter(), prompt, maxTokens, options.samplingOf(choice), terms));
      }
    }
    return new Generation(
        id, clock.instant().getEpochSecond(), asked.model(), sequences, promptTokens, options);
  }

  private static void requireFew(int prompts, int n) {
    long sequences = (long) prompts * n;
    if (sequences > MAX_SEQUENCES) {
      throw new InvalidRequestException(
          "n",
          "n is %d and there are %d prompts, which makes %d answers; there may be at most %d."
              .formatted(n, prompts, sequences, MAX_SEQUENCES));
    }
  }

  private static int maxTokens(
      Endpoint endpoint, int promptTokens, int contextTokens, GenerationOptions options) {
    int room = contextTokens - promptTokens;
    if (room < 1) {
      throw tooLong(
          endpoint.promptField,
          "This model's context is %d tokens, but the prompt has %d, which leaves none to generate."
              .formatted(contextTokens, promptTokens));
    }
    Integer wanted = options.maxTokens();
    if (wanted != null && wanted > room) {
      throw tooLong(
          options.maxTokensField(),
          "This model's context is %d tokens, but the prompt has %d and %s is %d; at most %d fit."
              .formatted(contextTokens, promptTokens, options.maxTokensField(), wanted, room));
    }
    int maxTokens = wanted == null ? Math.min(endpoint.defaultTokens, room) : wanted;
    requireWithin(options.sampling().minTokens(), maxTokens);
    return maxTokens;
  }

  private static void requireWithin(int minTokens, int maxTokens) {
    if (minTokens > maxTokens) {
      throw new InvalidRequestException(
          "min_tokens",
          "min_tokens is %d; it must be at most the %d tokens that may be generated."
              .formatted(minTokens, maxTokens));
    }
  }

  private static InvalidRequestException tooLong(String param, String message) {
    return new InvalidRequestException(param, "context_length_exceeded", message);
  }
}
