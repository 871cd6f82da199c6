package io.chameleon.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * An answer by its tokens.
 *
 * @param texts of each token
 * @param candidates for each token, the likeliest ones by text, with their log-probabilities
 */
record GeneratedTokens(List<String> texts, List<Map<String, Double>> candidates) {

  GeneratedTokens {
    texts = List.copyOf(texts);
    candidates = List.copyOf(candidates);
  }

  /** Of the answer of {@code /v1/completions} to a request with log-probabilities. */
  static GeneratedTokens of(JsonNode answer) {
    JsonNode logprobs = answer.at("/choices/0/logprobs");
    List<String> texts = new ArrayList<>();
    logprobs.required("tokens").forEach(token -> texts.add(token.asString()));
    List<Map<String, Double>> candidates = new ArrayList<>();
    for (JsonNode each : logprobs.required("top_logprobs")) {
      Map<String, Double> likeliest = new LinkedHashMap<>();
      each.properties().forEach(one -> likeliest.put(one.getKey(), one.getValue().asDouble()));
      candidates.add(likeliest);
    }
    return new GeneratedTokens(texts, candidates);
  }

  int size() {
    return texts.size();
  }

  /**
   * By how much another token is less likely than the one taken; infinite if it is none of the
   * likeliest.
   */
  double gap(int place, String other) {
    Map<String, Double> likeliest = candidates.get(place);
    double taken = likeliest.getOrDefault(texts.get(place), Double.NaN);
    return taken - likeliest.getOrDefault(other, Double.NEGATIVE_INFINITY);
  }
}
