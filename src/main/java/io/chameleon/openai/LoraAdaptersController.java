package io.chameleon.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.chameleon.request.AdapterNameTakenException;
import io.chameleon.request.InvalidRequestException;
import io.chameleon.serving.AdapterAdministration;
import io.chameleon.serving.LoadReport;
import io.chameleon.serving.LoadRequest;
import io.chameleon.serving.UnloadMode;
import io.chameleon.serving.UnloadReport;
import io.chameleon.serving.UnloadRequest;
import java.time.Duration;
import java.util.function.Function;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * {@code POST /v1/load_lora_adapter} and {@code /v1/unload_lora_adapter} as vLLM has them: answers
 * are plain text, and without administration there are no such routes. A name is gone at once;
 * sequences that have begun finish.
 *
 * @see <a href="https://docs.vllm.ai/en/latest/features/lora.html">vLLM, LoRA adapters</a>
 */
@RestController
final class LoraAdaptersController {

  private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, UTF_8);

  private final RequestBody bodies;

  private final AdministrativeCalls calls;

  private final ObjectProvider<AdapterAdministration> administration;

  LoraAdaptersController(
      HttpProperties http,
      AdministrativeCalls calls,
      ObjectProvider<AdapterAdministration> administration) {
    this.bodies = new RequestBody(http.maxBodyBytes());
    this.calls = calls;
    this.administration = administration;
  }

  /** Serves a folder under a name. */
  @PostMapping("/v1/load_lora_adapter")
  Mono<Void> load(ServerWebExchange exchange) {
    return act(exchange, "load_lora_adapter", this::load);
  }

  /** Ends that a name stands for an adapter. */
  @PostMapping("/v1/unload_lora_adapter")
  Mono<Void> unload(ServerWebExchange exchange) {
    return act(exchange, "unload_lora_adapter", this::unload);
  }

  private Mono<Void> act(
      ServerWebExchange exchange, String route, Function<RequestFields, Mono<String>> action) {
    Mono<String> work =
        bodies
            .read(exchange.getRequest())
            .map(body -> RequestFields.of(StrictJson.object(body)))
            .flatMap(action);
    return calls
        .run(route, HttpStatus.NOT_FOUND, work, Function.identity())
        .flatMap(text -> write(exchange.getResponse(), text));
  }

  private Mono<String> load(RequestFields fields) {
    String name = fields.string("lora_name");
    LoadRequest wanted =
        new LoadRequest(
            name,
            fields.string("lora_path"),
            fields.bool("load_inplace", false),
            false,
            false,
            Duration.ZERO);
    return administration
        .getObject()
        .load(wanted)
        .map(LoadReport::name)
        .map(loaded -> "Success: LoRA adapter '%s' added successfully.".formatted(loaded))
        .onErrorMap(AdapterNameTakenException.class, taken -> alreadyLoaded(taken.adapter()));
  }

  private Mono<String> unload(RequestFields fields) {
    String name = fields.string("lora_name");
    return administration
        .getObject()
        .unload(new UnloadRequest(name, UnloadMode.DRAIN, Duration.ZERO))
        .map(UnloadReport::name)
        .map(gone -> "Success: LoRA adapter '%s' removed successfully.".formatted(gone));
  }

  private static InvalidRequestException alreadyLoaded(String name) {
    return new InvalidRequestException(
        "lora_name",
        "The lora adapter '%s' has already been loaded. Set 'load_inplace' to replace it."
            .formatted(name));
  }

  private static Mono<Void> write(ServerHttpResponse response, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    response.setStatusCode(HttpStatus.OK);
    response.getHeaders().setContentType(TEXT);
    response.getHeaders().setContentLength(bytes.length);
    return response.writeWith(Mono.just(response.bufferFactory().wrap(bytes)));
  }
}
