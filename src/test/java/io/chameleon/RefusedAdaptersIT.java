package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.fixtures.SafetensorsWriter;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** A folder of adapters, most of them refused: each for its own reason, and none stops another. */
@DirtiesContext
class RefusedAdaptersIT extends RunningService {

  private static final String CONFIG = "adapter_config.json";

  private static final String WEIGHTS = "adapter_model.safetensors";

  /** Each refused adapter, and a part of the reason. */
  private static final Map<String, String> REFUSED =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("bad-dora", "use_dora is true; supported is false: DoRA is not served"),
              Map.entry("bad-bias", "bias is \"lora_only\"; supported is \"none\""),
              Map.entry("bad-head", "modules_to_save is [\"lm_head\"]; supported is null"),
              Map.entry("bad-embedding", "target_modules matches model.embed_tokens"),
              Map.entry("bad-tokens", "trainable_token_indices is [1]"),
              Map.entry("bad-type", "peft_type is \"LOHA\"; supported is \"LORA\""),
              Map.entry("bad-pissa", "init_lora_weights is \"pissa\""),
              Map.entry("bad-future", "use_something_new is true"),
              Map.entry("bad-nan", "NaN"),
              Map.entry("bad-cut", "the data is"),
              Map.entry("bad-lie", "header length"),
              Map.entry("bad-pickle", "is a pickle file, which is never read"),
              Map.entry("bad-half", "lacks lora_B of model.layers.0.self_attn.q_proj"),
              Map.entry("bad-empty", CONFIG + ": no such file")));

  @TempDir static Path folder;

  @DynamicPropertySource
  static void adapters(DynamicPropertyRegistry registry) throws IOException {
    Path demo = FixtureFiles.resource("/demo-model/base");
    makeAdapters();
    registry.add("chameleon.model", demo::toString);
    registry.add("chameleon.model-id", () -> "chameleon-demo");
    registry.add("chameleon.adapters", folder::toString);
  }

  private static void makeAdapters() throws IOException {
    copy("sql", "sql");
    copy("math", "math");
    changeConfig("bad-dora", "use_dora", "true");
    changeConfig("bad-bias", "bias", "\"lora_only\"");
    changeConfig("bad-head", "modules_to_save", "[\"lm_head\"]");
    changeConfig("bad-embedding", "target_modules", "[\"q_proj\",\"embed_tokens\"]");
    changeConfig("bad-tokens", "trainable_token_indices", "[1]");
    changeConfig("bad-type", "peft_type", "\"LOHA\"");
    changeConfig("bad-pissa", "init_lora_weights", "\"pissa\"");
    changeConfig("bad-future", "use_something_new", "true");
    Files.createDirectory(folder.resolve("bad-empty"));
    changeWeights("bad-nan");
    Path cut = copy("sql", "bad-cut").resolve(WEIGHTS);
    byte[] whole = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    Path lie = copy("sql", "bad-lie").resolve(WEIGHTS);
    SafetensorsWriter.write(lie, Long.MAX_VALUE, new byte[] {'{', '}'}, new byte[0]);
    Path pickle = copy("sql", "bad-pickle");
    Files.move(pickle.resolve(WEIGHTS), pickle.resolve("adapter_model.bin"));
    Path half = copy("sql", "bad-half").resolve(WEIGHTS);
    SafetensorsWriter.read(half)
        .remove("base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight")
        .write(half);
  }

  private static Path copy(String adapter, String name) {
    return FixtureFiles.copy(
        FixtureFiles.resource("/demo-model/adapters/" + adapter), folder.resolve(name));
  }

  private static void changeConfig(String name, String field, String json) {
    FixtureFiles.setField(copy("sql", name).resolve(CONFIG), field, json);
  }

  /** All ones is a NaN in every format. */
  private static void changeWeights(String name) {
    Path file = copy("sql", name).resolve(WEIGHTS);
    SafetensorsWriter tensors = SafetensorsWriter.read(file);
    Arrays.fill(tensors.bytes(tensors.names().getLast()), 8, 12, (byte) 0xff);
    tensors.write(file);
  }

  /** What is young may still be being copied, and is refused only a while later. */
  @BeforeEach
  void awaitRefusals() {
    await()
        .atMost(SOON)
        .until(() -> client.get("/actuator/adapters").get("refused").asInt() == REFUSED.size());
  }

  @Test
  void adapters_beside_refusedOnes_areServedRight() {
    for (String adapter : new String[] {"sql", "math"}) {
      GoldenChat golden = GoldenChat.of(adapter, codec);
      assertThat(text(chat(golden))).isEqualTo(golden.text());
    }
  }

  /** Answers written by another thread than the connection's have left its next request unread. */
  @Test
  void connection_ofManyRefusals_readsEachNextRequest() {
    GoldenChat golden = GoldenChat.of("sql", codec);
    String refused = REFUSED.keySet().iterator().next();
    for (int i = 0; i < 2_000; i++) {
      assertThat(
              client.post(ServiceClient.CHAT, golden.request().put("model", refused)).statusCode())
          .isEqualTo(422);
      assertThat(client.getResponse("/v1/models/" + refused).statusCode()).isEqualTo(422);
    }
  }

  @Test
  void request_forARefusedAdapter_is422WithTheReason() {
    GoldenChat golden = GoldenChat.of("sql", codec);
    REFUSED.forEach((name, reason) -> {
      HttpResponse<String> response =
          client.post(ServiceClient.CHAT, golden.request().put("model", name));
      assertThat(response.statusCode()).as(name).isEqualTo(422);
      JsonNode error = ServiceClient.JSON.readTree(response.body()).get("error");
      assertThat(error.get("code").asString()).isEqualTo("adapter_invalid");
      assertThat(error.get("param").asString()).isEqualTo("model");
      assertThat(error.get("message").asString()).contains(name, reason);
      assertThat(client.getResponse("/v1/models/" + name).statusCode()).isEqualTo(422);
    });
  }

  @Test
  void request_forAnUnknownName_is404() {
    GoldenChat golden = GoldenChat.of("sql", codec);

    HttpResponse<String> response =
        client.post(ServiceClient.CHAT, golden.request().put("model", "bad-other"));

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).contains("\"code\":\"model_not_found\"", "bad-other");
  }

  @Test
  void models_listWhatIsServedAlone() {
    JsonNode models = client.get("/v1/models").get("data");

    assertThat(models.valueStream().map(model -> model.get("id").asString()))
        .containsExactly("chameleon-demo", "math", "sql");
  }

  @Test
  void actuator_listsAllWithTheirReasons() {
    JsonNode listed = client.get("/actuator/adapters");
    JsonNode health = client.get("/actuator/health").at("/components/adapters");

    assertThat(listed.get("served").asInt()).isEqualTo(2);
    assertThat(listed.get("refused").asInt()).isEqualTo(REFUSED.size());
    Map<String, String> reasons = new TreeMap<>();
    for (JsonNode adapter : listed.get("adapters")) {
      if (adapter.get("status").asString().equals("refused")) {
        reasons.put(adapter.get("name").asString(), adapter.get("reason").asString());
      }
    }
    assertThat(reasons.keySet()).isEqualTo(REFUSED.keySet());
    REFUSED.forEach((name, reason) -> {
      assertThat(reasons.get(name)).contains(reason);
      assertThat(health.at("/details/refused/" + name).asString()).contains(reason);
    });
    assertThat(health.get("status").asString()).isEqualTo("UP");
  }
}
