package io.chameleon.oracle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What transformers and PEFT answered to one prompt, in fp32 on a CPU.
 *
 * @param adapter folder name, or null for the base model
 * @param topIds the ten best tokens at the last position of the prompt
 * @param topLogits their logits
 * @param greedyGaps by how much the best logit is above the second, token by token; empty where
 *     that was not written down
 */
record GoldenCase(
    @Nullable String adapter,
    int[] promptIds,
    int[] topIds,
    double[] topLogits,
    double logsumexp,
    int[] greedyIds,
    double[] greedyLogprobs,
    double[] greedyGaps) {

  static final Path FIXTURES = Path.of("src/test/resources/fixtures");

  /** The cases of the demo model. */
  static List<GoldenCase> demo() {
    List<GoldenCase> cases = new ArrayList<>();
    for (JsonNode node : read(FIXTURES.resolve("demo-golden.json"))) {
      JsonNode adapter = node.get("adapter");
      cases.add(of(adapter.isNull() ? null : adapter.asString(), node));
    }
    return cases;
  }

  /** The cases of a tiny architecture, for the adapters that are served. */
  static List<GoldenCase> tiny(String architecture) {
    List<GoldenCase> cases = new ArrayList<>();
    JsonNode golden = read(FIXTURES.resolve(architecture).resolve("golden.json"));
    for (Map.Entry<String, JsonNode> entry : golden.properties()) {
      if (!TinyModels.REFUSED.contains(entry.getKey())) {
        String adapter = entry.getKey().equals("base") ? null : entry.getKey();
        entry.getValue().forEach(node -> cases.add(of(adapter, node)));
      }
    }
    return cases;
  }

  private static GoldenCase of(@Nullable String adapter, JsonNode node) {
    return new GoldenCase(
        adapter,
        ints(node.get("prompt_ids")),
        ints(node.get("top_ids")),
        doubles(node.get("top_logits")),
        node.get("logsumexp").asDouble(),
        ints(node.get("greedy_ids")),
        doubles(node.get("greedy_logprobs")),
        node.has("greedy_gaps") ? doubles(node.get("greedy_gaps")) : new double[0]);
  }

  private static JsonNode read(Path file) {
    try {
      return JsonMapper.shared().readTree(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int[] ints(JsonNode array) {
    return array.valueStream().mapToInt(JsonNode::asInt).toArray();
  }

  private static double[] doubles(JsonNode array) {
    return array.valueStream().mapToDouble(JsonNode::asDouble).toArray();
  }
}
