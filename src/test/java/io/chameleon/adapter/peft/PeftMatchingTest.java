package io.chameleon.adapter.peft;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.model.LinearModule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Compares with what PEFT 0.21's own functions said of the same configurations: {@code
 * check_target_module_exists} and {@code get_pattern_key}.
 */
class PeftMatchingTest {

  private static final List<Integer> LAYERS = List.of(0, 1, 2, 10, 11);

  static Stream<JsonNode> cases() {
    return new JsonMapper()
        .readTree(FixtureFiles.resource("/peft-matching-golden.json"))
        .valueStream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void targets_ranksAndAlphas_areThoseOfPeft(JsonNode golden) {
    ObjectNode json = (ObjectNode) golden.get("config");
    json.put("peft_type", "LORA");
    PeftConfig config = PeftConfigReader.read(json.toString().getBytes(StandardCharsets.UTF_8));
    List<String> targeted = modules().stream().filter(config::targets).toList();
    assertThat(targeted)
        .containsExactlyInAnyOrderElementsOf(golden.get("targeted").propertyNames());
    for (Map.Entry<String, JsonNode> entry : golden.get("targeted").properties()) {
      int rank = entry.getValue().get(0).intValue();
      double alpha = entry.getValue().get(1).doubleValue();
      assertThat(config.rank(entry.getKey())).as(entry.getKey()).isEqualTo(rank);
      assertThat(config.scaling(entry.getKey(), rank))
          .as(entry.getKey())
          .isEqualTo((float) (alpha / rank));
    }
  }

  private static List<String> modules() {
    List<String> modules =
        new ArrayList<>(
            List.of(
                "model.embed_tokens",
                "lm_head",
                "model.norm",
                "model.layers.1.self_attn",
                "model.layers.1.mlp"));
    for (int layer : LAYERS) {
      for (LinearModule module : LinearModule.values()) {
        modules.add(new LoraSite(layer, module).moduleName());
      }
    }
    return modules;
  }
}
