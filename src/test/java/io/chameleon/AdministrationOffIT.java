package io.chameleon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

/** A service as it is shipped: whoever asks can see adapters, and change nothing. */
class AdministrationOffIT extends RunningService {

  private static final byte[] LOAD =
      "{\"lora_name\": \"sql\", \"lora_path\": \"/tmp/x\"}".getBytes(UTF_8);

  @Test
  void writes_whileAdministrationIsOff_areRefusedAndChangeNothing() throws Exception {
    HttpResponse<String> load = client.post("/actuator/adapters/sql", "{}".getBytes(UTF_8));
    HttpResponse<String> unload;
    try (HttpClient http = HttpClient.newHttpClient()) {
      unload =
          http.send(
              HttpRequest.newBuilder(
                      URI.create("http://localhost:" + port + "/actuator/adapters/sql"))
                  .DELETE()
                  .build(),
              BodyHandlers.ofString());
    }

    assertThat(load.statusCode()).isEqualTo(403);
    assertThat(load.body()).contains("chameleon.admin.enabled");
    assertThat(unload.statusCode()).isEqualTo(403);
    assertThat(client.getResponse("/v1/models/sql").statusCode()).isEqualTo(200);
  }

  @Test
  void routesOfVllm_whileAdministrationIsOff_are404InTheShapeOfTheApi() {
    for (String route : new String[] {"/v1/load_lora_adapter", "/v1/unload_lora_adapter"}) {
      HttpResponse<String> response = client.post(route, LOAD);

      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(ServiceClient.JSON.readTree(response.body()).at("/error/message").asString())
          .contains("chameleon.admin.enabled");
    }
  }

  @Test
  void list_whileAdministrationIsOff_isThere() {
    assertThat(client.get("/actuator/adapters?limit=3").get("adapters").size()).isEqualTo(3);
  }
}
