package io.chameleon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.fixtures.SafetensorsWriter;
import io.chameleon.metrics.MetricNames;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Adapters loaded, pinned and unloaded over HTTP while the service runs. */
@DirtiesContext
@ExtendWith(OutputCaptureExtension.class)
class AdministrationIT extends AdministrationService {

  /** Left alone, a stream would go on for so many tokens. */
  private static final int MANY = 900;

  @TempDir static Path watched;

  @TempDir static Path allowed;

  @DynamicPropertySource
  static void folders(DynamicPropertyRegistry registry) {
    for (String name : List.of("sql", "math", "story", "banks", "buses", "hotels")) {
      FixtureFiles.copy(demo(name), watched.resolve(name));
    }
    registry.add("chameleon.model", () -> FixtureFiles.resource("/demo-model/base").toString());
    registry.add("chameleon.model-id", () -> "chameleon-demo");
    registry.add("chameleon.adapters", watched::toString);
    registry.add("chameleon.catalogue.allowed-roots", allowed::toString);
  }

  @Test
  void unload_ofAnIdleAdapter_freesWhatItSays() {
    GoldenChat golden = GoldenChat.of("sql", codec);
    assertThat(text(chat(golden))).isEqualTo(golden.text());
    awaitIdle();
    JsonNode row = row("sql");
    assertThat(row.get("tier").asString()).isEqualTo("device");
    long resting = restingBytes();
    long host = tiers.memory().allocatedBytes();

    HttpResponse<String> response = unload("sql", "mode=refuse");

    JsonNode report = json(response);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(report.get("drained").asBoolean()).isTrue();
    assertThat(report.get("contentHash").asString()).isEqualTo(row.get("contentHash").asString());
    assertThat(report.get("deviceBytes").asLong()).isEqualTo(row.get("deviceBytes").asLong());
    assertThat(report.get("hostBytes").asLong()).isEqualTo(row.get("packedBytes").asLong());
    assertThat(resting - restingBytes()).isEqualTo(report.get("deviceBytes").asLong());
    assertThat(host - tiers.memory().allocatedBytes()).isEqualTo(report.get("hostBytes").asLong());
    assertThat(client.post(ServiceClient.CHAT, golden.request()).statusCode()).isEqualTo(404);
    assertThat(client.getResponse("/v1/models/sql").statusCode()).isEqualTo(404);
    assertThat(unload("sql", "").statusCode()).isEqualTo(404);
    assertThat(row("sql").get("status").asString()).isEqualTo("unloaded");

    assertThat(load("sql", "{}").statusCode()).isEqualTo(200);
    assertThat(text(chat(golden))).isEqualTo(golden.text());
  }

  @Test
  void unload_whileAStreamRuns_refusesDrainsOrForces() throws Exception {
    try (EventStream stream = open("story")) {
      await().atMost(SOON).until(() -> row("story").get("leases").asInt() == 1);

      HttpResponse<String> refused = unload("story", "mode=refuse");
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
      assertThat(json(refused).get("running").asInt()).isEqualTo(1);
      assertThat(client.getResponse("/v1/models/story").statusCode()).isEqualTo(200);

      HttpResponse<String> draining = unload("story", "mode=drain&timeout=50ms");
      assertThat(draining.statusCode()).as(draining.body()).isEqualTo(202);
      assertThat(json(draining).get("drained").asBoolean()).isFalse();
      assertThat(json(draining).get("running").asInt()).isEqualTo(1);
      assertThat(client.getResponse("/v1/models/story").statusCode()).isEqualTo(404);
      assertThat(list("").at("/summary/draining").asInt()).isEqualTo(1);

      assertThat(chunks(stream)).as("a drained stream runs to its end").isGreaterThan(10);
    }
    awaitIdle();
    await().atMost(SOON).until(() -> list("").at("/summary/draining").asInt() == 0);
    assertThat(load("story", "{}").statusCode()).isEqualTo(200);
  }

  @Test
  void unload_byForce_endsItsStreamsWithAnErrorAndNoOthers() throws Exception {
    double failedBefore = failed();
    List<EventStream> streams = new ArrayList<>();
    try (EventStream other = open("math")) {
      for (int i = 0; i < 20; i++) {
        streams.add(open("banks"));
      }
      await().atMost(SOON).until(() -> sequences("banks") == 20);
      assertThat(row("banks").get("waiting").asInt()).isPositive();
      await().atMost(SOON).until(() -> sequences("math") == 1);
      long resting = restingBytes();
      long host = tiers.memory().allocatedBytes();

      HttpResponse<String> response = unload("banks", "mode=force&timeout=60s");

      JsonNode report = json(response);
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      assertThat(report.get("drained").asBoolean()).isTrue();
      assertThat(report.get("streamsEnded").asInt()).isEqualTo(20);
      assertThat(report.get("hostBytes").asLong()).isPositive();
      for (EventStream stream : streams) {
        assertThat(stream.rest()).contains("event: error", "`banks`", "model_not_found");
      }
      assertThat(chunks(other)).isGreaterThan(10);
      awaitIdle();
      assertThat(failed() - failedBefore).isEqualTo(20);
      assertThat(resting - restingBytes()).isEqualTo(report.get("deviceBytes").asLong());
      assertThat(host - tiers.memory().allocatedBytes())
          .isEqualTo(report.get("hostBytes").asLong());
    }
    assertThat(load("banks", "{}").statusCode()).isEqualTo(200);
  }

  @Test
  void unload_waitingForStreams_answersWhenTheLastHasEnded() throws Exception {
    try (EventStream stream = open("buses", 40)) {
      assertThat(stream.next()).isNotNull();

      HttpResponse<String> response = unload("buses", "timeout=100s");

      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      assertThat(json(response).get("drained").asBoolean()).isTrue();
      assertThat(json(response).get("deviceBytes").asLong()).isPositive();
      assertThat(chunks(stream)).isPositive();
    }
    assertThat(load("buses", "{}").statusCode()).isEqualTo(200);
  }

  @Test
  void load_pinnedAndPreloaded_isInDeviceMemoryUntilUnloaded(CapturedOutput output) {
    Path folder = variant("hotels", allowed.resolve("pinned"), 4711);

    HttpResponse<String> response =
        postAs(
            "team-a",
            ADAPTERS + "/kept",
            "{\"path\": \"%s\", \"pin\": true, \"preload\": true}".formatted(folder));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(json(response).get("pinned").asBoolean()).isTrue();
    assertThat(json(response).get("preloaded").asBoolean()).isTrue();
    assertThat(response.body()).doesNotContain(allowed.toString());
    assertThat(row("kept").get("tier").asString()).isEqualTo("device");
    assertThat(row("kept").get("pinned").asBoolean()).isTrue();
    assertThat(row("kept").get("lastUsed").isNull()).isTrue();
    assertThat(load("kept", "{\"path\": \"%s\"}".formatted(folder)).statusCode()).isEqualTo(409);

    JsonNode report = json(unload("kept", ""));
    assertThat(report.get("deviceBytes").asLong()).isPositive();
    assertThat(report.get("hostBytes").asLong()).isPositive();
    assertThat(list("name=kept").get("matching").asInt()).isZero();
    assertThat(output.getOut())
        .containsPattern("chameleon.audit.*load .*kept.* by .*127.0.0.1.* tenant=team-a")
        .containsPattern("chameleon.audit.*unload kept .*drained=true");
  }

  @Test
  void load_ofWhatIsNoGood_changesNothing() throws IOException {
    Path bad = FixtureFiles.copy(demo("hotels"), allowed.resolve("bad"));
    SafetensorsWriter tensors = SafetensorsWriter.read(bad.resolve(WEIGHTS));
    Arrays.fill(tensors.bytes(tensors.names().getLast()), 0, 4, (byte) 0xff);
    tensors.write(bad.resolve(WEIGHTS));
    Path outside = Files.createTempDirectory("outside");
    FixtureFiles.copy(demo("hotels"), outside.resolve("good"));
    Files.createSymbolicLink(allowed.resolve("link"), outside.resolve("good"));

    for (String path :
        List.of(bad.toString(), allowed + "/link", outside + "/good", "/", "\\u0000")) {
      HttpResponse<String> response =
          load("hotels", "{\"path\": \"%s\", \"replace\": true}".formatted(path));
      assertThat(response.statusCode()).as(path + response.body()).isBetween(400, 422);
      assertThat(response.body()).doesNotContain(outside.toString(), allowed.toString());
    }
    HttpResponse<String> nan =
        load("hotels", "{\"path\": \"%s\", \"replace\": true}".formatted(bad));
    assertThat(nan.statusCode()).isEqualTo(422);
    assertThat(nan.body()).contains("adapter_invalid", "NaN");
    assertThat(client.getResponse("/v1/models/hotels").statusCode()).isEqualTo(200);
    assertThat(row("hotels").get("status").asString()).isEqualTo("served");
    assertThat(load("nobody", "{}").statusCode()).isEqualTo(404);
  }

  @Test
  void routesOfVllm_loadAndUnload_inItsWords() {
    Path folder = variant("hotels", allowed.resolve("vllm"), 815);
    String body = "{\"lora_name\": \"mine\", \"lora_path\": \"%s\"%s}";

    HttpResponse<String> loaded = post("/v1/load_lora_adapter", body.formatted(folder, ""));
    assertThat(loaded.statusCode()).as(loaded.body()).isEqualTo(200);
    assertThat(loaded.body()).isEqualTo("Success: LoRA adapter 'mine' added successfully.");
    assertThat(loaded.headers().firstValue("content-type").orElseThrow()).startsWith("text/plain");
    assertThat(client.getResponse("/v1/models/mine").statusCode()).isEqualTo(200);
    assertThat(post("/v1/load_lora_adapter", body.formatted(folder, "")).statusCode())
        .isEqualTo(400);
    String inPlace = body.formatted(folder, ", \"load_inplace\": true");
    assertThat(post("/v1/load_lora_adapter", inPlace).statusCode()).isEqualTo(200);

    String name = "{\"lora_name\": \"mine\"}";
    HttpResponse<String> unloaded = post("/v1/unload_lora_adapter", name);
    assertThat(unloaded.body()).isEqualTo("Success: LoRA adapter 'mine' removed successfully.");
    assertThat(client.getResponse("/v1/models/mine").statusCode()).isEqualTo(404);
    HttpResponse<String> again = post("/v1/unload_lora_adapter", name);
    assertThat(again.statusCode()).isEqualTo(404);
    assertThat(json(again).at("/error/code").asString()).isEqualTo("model_not_found");
    HttpResponse<String> bad =
        post("/v1/load_lora_adapter", "{\"lora_name\": \"x\", \"lora_path\": \"/etc\"}");
    assertThat(bad.statusCode()).isEqualTo(422);
    assertThat(json(bad).at("/error/code").asString()).isEqualTo("adapter_invalid");
    assertThat(post("/v1/load_lora_adapter", "{\"lora_name\": 1}").statusCode()).isEqualTo(400);
  }

  @Test
  void list_filteredAndPaged_tellsTiersAndUse() {
    Instant before = Instant.now().minusSeconds(1);
    GoldenChat golden = GoldenChat.of("math", codec);
    chat(golden);
    chat(golden);
    awaitIdle();

    JsonNode row = row("math");
    assertThat(row.get("tier").asString()).isEqualTo("device");
    assertThat(row.get("requests").asLong()).isGreaterThanOrEqualTo(2);
    assertThat(row.get("hits").asLong()).isGreaterThanOrEqualTo(1);
    assertThat(Instant.parse(row.get("lastUsed").asString())).isBetween(before, Instant.now());
    assertThat(row.get("leases").asInt()).isZero();
    JsonNode all = list("status=served");
    assertThat(all.get("matching").asInt()).isEqualTo(all.get("served").asInt());
    JsonNode page = list("status=served&offset=1&limit=2");
    assertThat(page.get("adapters").size()).isEqualTo(2);
    assertThat(page.at("/adapters/0")).isEqualTo(all.at("/adapters/1"));
    assertThat(list("tier=device").get("matching").asInt())
        .isEqualTo(all.at("/summary/byTier/device").asInt());
    assertThat(client.getResponse(ADAPTERS + "?limit=-1").statusCode()).isEqualTo(400);
    assertThat(all.at("/summary/bytesByTier/device").asLong()).isEqualTo(restingBytes());
  }

  private HttpResponse<String> post(String path, String body) {
    return client.post(path, body.getBytes(UTF_8));
  }

  private EventStream open(String adapter) throws IOException, InterruptedException {
    return open(adapter, adapter.equals("banks") ? MANY : 200);
  }

  private EventStream open(String adapter, int tokens) throws IOException, InterruptedException {
    ObjectNode body =
        GoldenChat.of("story", codec)
            .request()
            .put("model", adapter)
            .put("stream", true)
            .put("max_tokens", tokens)
            .put("ignore_eos", true);
    return client.stream(body);
  }

  private static int chunks(EventStream stream) throws IOException {
    int chunks = 0;
    for (EventStream.Event event = stream.next(); event != null; event = stream.next()) {
      assertThat(event.name()).isEqualTo("message");
      chunks++;
    }
    return chunks;
  }

  private int sequences(String adapter) {
    JsonNode row = row(adapter);
    return row.get("leases").asInt() + row.get("waiting").asInt();
  }

  private double failed() {
    return meters.get(MetricNames.REQUEST_FAILED).counter().count();
  }
}
