package io.chameleon.openai;

import io.chameleon.serving.ServedModel;
import io.chameleon.serving.ServedModels;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.core.JsonGenerator;

/** {@code GET /v1/models}: the base model and every adapter that is served. */
@RestController
final class ModelsController {

  private final ServedModels models;

  ModelsController(ServedModels models) {
    this.models = models;
  }

  /** All of them. */
  @GetMapping(path = "/v1/models", produces = MediaType.APPLICATION_JSON_VALUE)
  Mono<Void> list(ServerWebExchange exchange) {
    List<ServedModel> all = models.all();
    byte[] json =
        AnswerJson.bytes(out -> {
          out.writeStartObject();
          out.writeStringProperty("object", "list");
          out.writeArrayPropertyStart("data");
          all.forEach(model -> write(out, model));
          out.writeEndArray();
          out.writeEndObject();
        });
    return JsonResponses.write(exchange.getResponse(), HttpStatus.OK, json);
  }

  /** One of them; its id may contain slashes. */
  @GetMapping(path = "/v1/models/{*id}", produces = MediaType.APPLICATION_JSON_VALUE)
  Mono<Void> get(@PathVariable String id, ServerWebExchange exchange) {
    ServedModel model = models.find(id.substring(1));
    byte[] json = AnswerJson.bytes(out -> write(out, model));
    return JsonResponses.write(exchange.getResponse(), HttpStatus.OK, json);
  }

  private static void write(JsonGenerator json, ServedModel model) {
    json.writeStartObject();
    json.writeStringProperty("id", model.id());
    json.writeStringProperty("object", "model");
    json.writeNumberProperty("created", model.created().getEpochSecond());
    json.writeStringProperty("owned_by", "chameleon");
    json.writeStringProperty("root", model.root());
    AnswerJson.stringOrNull(json, "parent", model.parent());
    json.writeNumberProperty("max_model_len", model.contextLength());
    json.writeArrayPropertyStart("permission");
    json.writeEndArray();
    json.writeEndObject();
  }
}
