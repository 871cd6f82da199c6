package io.chameleon.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;

/** The routes that only read. */
class ModelsIT extends RunningServer {

  @Autowired ApplicationContext context;

  @Test
  void models_all_areTheBaseThenTheAdapters() {
    HttpResponse<String> response = api.get("/v1/models");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            """
            {"object":"list","data":[\
            {"id":"base","object":"model","created":1789000000,"owned_by":"chameleon",\
            "root":"base","parent":null,"max_model_len":4096,"permission":[]},\
            {"id":"alpha","object":"model","created":1789000000,"owned_by":"chameleon",\
            "root":"alpha@sha256:ab12","parent":"base","max_model_len":4096,"permission":[]},\
            {"id":"wide","object":"model","created":1789000000,"owned_by":"chameleon",\
            "root":"wide@sha256:cd34","parent":"base","max_model_len":8000000,"permission":[]}]}\
            """);
  }

  @Test
  void models_one_isThatOne() {
    assertThat(api.get("/v1/models/alpha").body())
        .isEqualTo(
            """
            {"id":"alpha","object":"model","created":1789000000,"owned_by":"chameleon",\
            "root":"alpha@sha256:ab12","parent":"base","max_model_len":4096,"permission":[]}\
            """);
  }

  @Test
  void models_idWithASlash_isOneId() {
    HttpResponse<String> response = api.get("/v1/models/org/name%20x");

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).contains("The model `org/name x` does not exist.");
  }

  @Test
  void models_refusedAdapter_is422() {
    assertThat(api.get("/v1/models/broken").statusCode()).isEqualTo(422);
  }

  @Test
  void health_followsReadiness() {
    assertThat(api.get("/health").body()).isEqualTo("{\"status\":\"ok\"}");

    AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
    HttpResponse<String> refused = api.get("/health");
    AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("retry-after")).hasValue("1");
    assertThat(refused.body()).contains("\"code\":\"unavailable\"");
    assertThat(api.get("/health").statusCode()).isEqualTo(200);
  }

  @Test
  void version_isThatOfTheBuild() {
    assertThat(api.get("/version").body()).isEqualTo("{\"version\":\"development\"}");
  }
}
