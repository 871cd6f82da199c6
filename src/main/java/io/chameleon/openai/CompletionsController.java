package io.chameleon.openai;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** {@code POST /v1/completions}. */
@RestController
final class CompletionsController {

  private final Answers answers;

  private final GenerationPlanner planner;

  private final AnswerSender sender;

  private final LogprobsJson logprobs;

  CompletionsController(
      Answers answers, GenerationPlanner planner, AnswerSender sender, LogprobsJson logprobs) {
    this.answers = answers;
    this.planner = planner;
    this.sender = sender;
    this.logprobs = logprobs;
  }

  /** Goes on from prompts, streaming or not. */
  @PostMapping(
      path = "/v1/completions",
      produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_EVENT_STREAM_VALUE})
  Mono<Void> create(ServerWebExchange exchange) {
    return answers.answer(
        exchange.getRequest(),
        planner::completion,
        (generation, updates) ->
            sender.send(exchange, generation, new CompletionFormat(generation, logprobs), updates));
  }
}
