package io.chameleon.openai;

import io.chameleon.serving.InferenceService;
import io.chameleon.text.StopStrings;
import io.chameleon.text.TextCodec;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The way of a completion request: read, plan, submit, and send what is generated. */
final class Answers {

  /** Token events of a choice that may wait for its reader here; more wait in the service. */
  private static final int PREFETCH = 16;

  private final RequestBody bodies;

  private final Tokenisation tokenisation;

  private final InferenceService service;

  private final TextCodec codec;

  private final LongSupplier nanoTime;

  private final CallerHeaders headers;

  Answers(
      RequestBody bodies,
      Tokenisation tokenisation,
      InferenceService service,
      TextCodec codec,
      LongSupplier nanoTime,
      CallerHeaders headers) {
    this.bodies = bodies;
    this.tokenisation = tokenisation;
    this.service = service;
    this.codec = codec;
    this.nanoTime = nanoTime;
    this.headers = headers;
  }

  /**
   * Answers a request. Where nobody can be admitted it is refused on the event loop, as soon as its
   * body is there and before anybody looks into it: what it costs to turn requests away must not
   * hang on what they ask for, nor wait behind those who are let in. Whatever the answer, it is
   * written on the connection's own event loop: an answer that another thread writes can overtake
   * the end of its exchange, and then the connection may never read its next request.
   *
   * @param plan turns a body into what is to be generated, off the event loop
   * @param send sends what is generated; called once the service has admitted it
   */
  Mono<Void> answer(ServerHttpRequest request, Plan plan, Sender send) {
    Scheduler eventLoop = EventLoops.of(request);
    return Mono.fromSupplier(() -> headers.read(request.getHeaders()))
        .flatMap(caller ->
            bodies
                .read(request)
                .flatMap(body -> {
                  RequestWay way = RequestWay.begin(request, nanoTime);
                  service.requireAnyRoom(caller.ttftDeadline());
                  return tokenisation.run(way.timed(() -> plan.of(body, caller)));
                }))
        .publishOn(eventLoop)
        .flatMap(generation -> generate(generation, eventLoop, send));
  }

  /** Turns a body, and what the headers say, into what is to be generated. */
  @FunctionalInterface
  interface Plan {
    Generation of(byte[] body, Caller caller);
  }

  /** Sends the updates of all choices. */
  @FunctionalInterface
  interface Sender {
    Mono<Void> send(Generation generation, Flux<ChoiceUpdate> updates);
  }

  private Mono<Void> generate(Generation generation, Scheduler eventLoop, Sender sender) {
    return Mono.using(
        () -> Sequences.submit(service, generation.sequences()),
        sequences -> sender.send(generation, updates(generation, sequences, eventLoop)),
        Sequences::close);
  }

  private Flux<ChoiceUpdate> updates(
      Generation generation, Sequences sequences, Scheduler eventLoop) {
    List<Flux<ChoiceUpdate>> choices =
        IntStream.range(0, generation.sequences().size())
            .mapToObj(index -> choice(index, generation, sequences, eventLoop))
            .toList();
    return choices.size() == 1
        ? choices.getFirst()
        : Flux.merge(Flux.fromIterable(choices), choices.size(), PREFETCH);
  }

  private Flux<ChoiceUpdate> choice(
      int index, Generation generation, Sequences sequences, Scheduler eventLoop) {
    GenerationOptions options = generation.options();
    StopOptions stop = options.stop();
    ChoiceAssembler assembler =
        new ChoiceAssembler(
            index,
            options,
            codec.newDecoder(),
            new StopStrings(stop.strings(), stop.included()),
            nanoTime);
    return sequences.stream(index)
        .publishOn(eventLoop, PREFETCH)
        .mapNotNull(assembler::accept)
        .takeUntil(ChoiceUpdate::isLast)
        .doOnComplete(assembler::requireEnded);
  }
}
