package io.chameleon;

import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.text.TextCodec;
import io.chameleon.text.TokenDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A conversation with the demo model, and what transformers and PEFT answer within {@link
 * #MAX_TOKENS} tokens.
 *
 * @param adapter the adapter's name, or null for the base model
 * @param messages the conversation
 * @param text the answer
 * @param greedyIds {@link #MAX_TOKENS} tokens, chosen as if no token were an end
 * @param greedyLogprobs their log-probabilities
 * @param promptIds tokens of the conversation
 * @param completionTokens tokens of the answer, the end token included where it has one
 * @param ended whether the answer came to its own end
 */
record GoldenChat(
    @Nullable String adapter,
    JsonNode messages,
    String text,
    List<Integer> greedyIds,
    List<Double> greedyLogprobs,
    List<Integer> promptIds,
    int completionTokens,
    boolean ended) {

  static final int MAX_TOKENS = 24;

  /** The end-of-turn token of the demo model. */
  static final int EOS = 6;

  /** All cases, in the order of their file. */
  static List<GoldenChat> all(TextCodec codec) {
    List<GoldenChat> all = new ArrayList<>();
    for (JsonNode node : read()) {
      List<Integer> ids = ints(node.get("greedy_ids"));
      boolean ended = node.get("ended").asBoolean();
      all.add(
          new GoldenChat(
              node.get("adapter").asString(null),
              node.get("messages"),
              ended ? node.get("text_until_eos").asString() : decode(codec, ids),
              ids,
              node.get("greedy_logprobs").valueStream().map(JsonNode::asDouble).toList(),
              ints(node.get("prompt_ids")),
              ended ? ids.indexOf(EOS) + 1 : ids.size(),
              ended));
    }
    return all;
  }

  /** The first case of an adapter. */
  static GoldenChat of(String adapter, TextCodec codec) {
    return all(codec).stream().filter(c -> adapter.equals(c.adapter())).findFirst().orElseThrow();
  }

  /** Asks for the answer. */
  ObjectNode request() {
    ObjectNode body = ServiceClient.JSON.createObjectNode();
    body.put("model", model()).put("temperature", 0).put("max_tokens", MAX_TOKENS);
    body.set("messages", messages);
    return body;
  }

  String model() {
    return adapter == null ? "chameleon-demo" : adapter;
  }

  String finishReason() {
    return ended ? "stop" : "length";
  }

  int promptTokens() {
    return promptIds.size();
  }

  private static List<Integer> ints(JsonNode array) {
    return array.valueStream().map(JsonNode::asInt).toList();
  }

  private static JsonNode read() {
    try {
      return ServiceClient.JSON.readTree(
          Files.readString(FixtureFiles.fixture("demo-golden.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text of tokens; special ones have none. */
  static String decode(TextCodec codec, List<Integer> ids) {
    TokenDecoder decoder = codec.newDecoder();
    StringBuilder text = new StringBuilder();
    ids.forEach(id -> text.append(decoder.append(id)));
    return text.append(decoder.flush()).toString();
  }
}
