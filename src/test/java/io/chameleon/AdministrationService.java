package io.chameleon;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.fixtures.SafetensorsWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** A running service that can be administered, and the calls for it. */
@TestPropertySource(
    properties = {"chameleon.admin.enabled=true", "chameleon.catalogue.background-scan=false"})
abstract class AdministrationService extends RunningService {

  static final String ADAPTERS = "/actuator/adapters";

  static final String WEIGHTS = "adapter_model.safetensors";

  @Autowired AdapterTiers tiers;

  @Autowired EngineFactory engines;

  static Path demo(String adapter) {
    return FixtureFiles.resource("/demo-model/adapters/" + adapter);
  }

  /** A copy of a demo adapter whose content differs from that of every other number. */
  static Path variant(String adapter, Path target, int number) {
    Path folder = FixtureFiles.copy(demo(adapter), target);
    SafetensorsWriter tensors = SafetensorsWriter.read(folder.resolve(WEIGHTS));
    byte[] bytes = tensors.bytes(tensors.names().getFirst());
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putShort(0, (short) number);
    tensors.write(folder.resolve(WEIGHTS));
    return folder;
  }

  HttpResponse<String> load(String name, String json) {
    return client.post(ADAPTERS + "/" + name, json.getBytes(UTF_8));
  }

  HttpResponse<String> unload(String name, String query) {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://localhost:%d%s/%s?%s".formatted(port, ADAPTERS, name, query)))
            .DELETE()
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  HttpResponse<String> postAs(String tenant, String path, String json) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .header("Content-Type", "application/json")
            .header("x-gateway-inference-fairness-id", tenant)
            .POST(BodyPublishers.ofString(json))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  JsonNode list(String query) {
    return client.get(ADAPTERS + "?" + query);
  }

  /** How the list describes one. */
  JsonNode row(String name) {
    for (JsonNode adapter : list("name=" + name).get("adapters")) {
      if (adapter.get("name").asString().equals(name)) {
        return adapter;
      }
    }
    throw new AssertionError("no adapter " + name);
  }

  static JsonNode json(HttpResponse<String> response) {
    return ServiceClient.JSON.readTree(response.body());
  }

  long restingBytes() {
    return (long) engine.status().arena().adapter() * 8192;
  }
}
