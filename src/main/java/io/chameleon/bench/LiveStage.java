package io.chameleon.bench;

import io.chameleon.model.DeviceModel;
import io.chameleon.model.ElementType;
import io.chameleon.workload.AdapterMix;
import io.chameleon.workload.TracedRequest;
import io.chameleon.workload.Workload;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the proofs of a service with a large model have in common: the model, its adapters, services
 * in processes of their own, and requests of random token ids, which need no tokenizer.
 */
final class LiveStage implements AutoCloseable {

  /** A set of adapters that has the paper's ranks in turn is named by this and their number. */
  static final String EVEN = "even-";

  /** Ids below are special in the usual vocabularies. */
  private static final int FIRST_ID = 16;

  private static final int SHORT_PROMPT = 16;

  /** Between two visits, where they are simulated. */
  private static final double VISIT_SECONDS = 0.05;

  /** Adapters that are read for the first time at once. */
  private static final int READERS = 8;

  private final LiveOptions options;

  private final ProofModel model;

  private final AdapterSet set;

  private final SplittableRandom ids;

  private final List<String> machine;

  /**
   * Makes the adapters.
   *
   * @param name of the set of adapters
   * @param print who is told how long it took
   * @param ranks one for each
   */
  LiveStage(LiveOptions options, String name, PrintStream print, int... ranks) {
    this.options = options;
    this.model = ProofModel.open(options.model(), 0);
    this.machine = Machine.describe(model.threads(), model.id());
    this.ids = new SplittableRandom(options.seed());
    this.set = AdapterSet.make(options, model, name, print, ranks);
  }

  /** Prints where and how is measured. */
  void describe(PrintStream print) {
    machine.forEach(print::println);
    print.printf(
        Locale.ROOT,
        "arena    %d cells of %d bytes = %.2f GiB; %d sequences, %d tokens a step%n",
        options.cells(),
        device().cellBytes(),
        options.cells() * device().cellBytes() / (double) (1 << 30),
        options.sequences(),
        options.batchTokens());
    print.printf(
        Locale.ROOT,
        "adapters %d = %.2f GiB%n",
        adapters().size(),
        adapters().stream().mapToLong(each -> adapterBytes(each.rank())).sum()
            / (double) (1 << 30));
  }

  LiveOptions options() {
    return options;
  }

  ProofModel model() {
    return model;
  }

  List<AdapterGenerator.Generated> adapters() {
    return set.adapters();
  }

  /** The model as the service has it on its device. */
  DeviceModel device() {
    return options.cpu()
        ? DeviceModel.float32(model.config())
        : new DeviceModel(model.config(), ElementType.BF16, true);
  }

  /** Makes adapters like these. */
  AdapterGenerator generator() {
    return new AdapterGenerator(model.config(), AdapterGenerator.ATTENTION, options.seed());
  }

  private long adapterBytes(int rank) {
    return device().bytes(rank * generator().elementsPerRank());
  }

  /** The adapters of a simulation, by the same numbers. */
  AdapterMix mix() {
    return AdapterMix.of(adapters().stream().mapToInt(AdapterGenerator.Generated::rank).toArray());
  }

  /** The service of these proofs, under the policy fifo. */
  ServiceSpec spec() {
    ServiceSpec spec =
        new ServiceSpec(
                Map.of(
                    "chameleon.scheduling.policy", "fifo",
                    "chameleon.scheduling.output-reservation", "256",
                    "chameleon.serving.queue-capacity", "65536",
                    "chameleon.serving.max-wait", "1h",
                    "chameleon.catalogue.background-scan", "false",
                    "chameleon.host.fraction", "0.4"))
            .with("chameleon.engine.device", options.cpu() ? "cpu" : "gpu")
            .with("chameleon.scheduling.max-sequences", options.sequences())
            .with("chameleon.memory.arena", options.cells() * device().cellBytes() + "B");
    spec = withBatchTokens(spec, options.batchTokens());
    // A trial shares its cores with all else.
    return options.cpu() ? spec.with("chameleon.threads", "1") : spec;
  }

  /** A service whose steps are fed so many tokens at most, all of one prompt if there is one. */
  static ServiceSpec withBatchTokens(ServiceSpec spec, int tokens) {
    return spec.with("chameleon.scheduling.max-batch-tokens", tokens)
        .with("chameleon.scheduling.prefill-chunk", tokens);
  }

  /** Starts a service that has read each adapter once. Its log stays if it fails. */
  ServiceProcess start(String name, ServiceSpec spec) throws IOException {
    return start(name, spec, List.of());
  }

  /** The same, which watches more folders of adapters. */
  ServiceProcess start(String name, ServiceSpec spec, List<Path> more) throws IOException {
    Files.createDirectories(options.out());
    ServiceSpec whole =
        spec.with("chameleon.model", model.folder().toAbsolutePath())
            .with("chameleon.model-id", model.id())
            .with("chameleon.adapters", folders(more));
    Path log = options.out().resolve("service-%s.log".formatted(name)).toAbsolutePath();
    ServiceProcess service = ServiceProcess.start(model.id(), jvm(), whole.options(), log);
    try {
      visitAll(service.client());
      return service;
    } catch (RuntimeException e) {
      service.close();
      throw e;
    }
  }

  /** Beside a GPU a step takes a few milliseconds, of which no collection shall take any. */
  private List<String> jvm() {
    String heap = "-Xmx" + options.heap();
    return options.cpu() ? List.of(heap) : List.of(heap, "-XX:+UseZGC");
  }

  private String folders(List<Path> more) {
    return Stream.concat(Stream.of(set.folder()), more.stream())
        .map(folder -> folder.toAbsolutePath().toString())
        .collect(Collectors.joining(","));
  }

  private void visitAll(StreamingClient client) {
    Iterator<AdapterGenerator.Generated> left = adapters().iterator();
    requireAll(
        new Load(client, System::nanoTime)
            .run(READERS, () -> left.hasNext() ? shortAsk(left.next().name()) : null));
  }

  /** The visits of a service's start to each adapter, as a simulation takes them. */
  List<TracedRequest> visits() {
    return IntStream.range(0, adapters().size())
        .mapToObj(adapter -> new TracedRequest(adapter * VISIT_SECONDS, SHORT_PROMPT, 1, adapter))
        .toList();
  }

  private Load.Ask shortAsk(String adapter) {
    return new Load.Ask(adapter, prompt(SHORT_PROMPT), 1);
  }

  /** Random token ids of the whole vocabulary; from any thread. */
  synchronized int[] prompt(int tokens) {
    return ids.ints(tokens, FIRST_ID, model.config().vocabularySize()).toArray();
  }

  /** The name of the adapter of a request. */
  String adapter(TracedRequest request) {
    return adapters().get(request.adapter()).name();
  }

  /** The requests of a workload, ready to be sent. */
  List<OpenLoop.Arrival> arrivals(Workload workload, StreamingClient client) {
    return workload.requests().stream()
        .map(request -> new OpenLoop.Arrival(request, way(request, client)))
        .toList();
  }

  private OpenLoop.Way way(TracedRequest request, StreamingClient client) {
    HttpRequest http =
        client.completion(
            adapter(request), prompt(request.inputTokens()), request.outputTokens(), Map.of());
    return start -> {
      StreamedAnswer answer = client.send(http);
      return answer
          .end()
          .handle((end, failure) -> Reply.of(answer, failure, start, System.nanoTime()));
    };
  }

  /**
   * Requests a second that are answered when there are always some to be answered.
   *
   * @param workload whose requests are sent in turn, whatever their times
   * @param clients each has one request at a time
   * @param warmUp seconds before
   * @param seconds measured, or longer if too few were answered by then
   * @throws IllegalStateException if one is refused
   */
  double capacity(
      StreamingClient client, Workload workload, int clients, double warmUp, double seconds) {
    CapacityWindow window = new CapacityWindow(clients, warmUp, seconds, System::nanoTime);
    AtomicInteger next = new AtomicInteger();
    List<Outcome> outcomes =
        new Load(client, System::nanoTime).run(clients, () -> ask(window, workload, next));
    requireAll(outcomes);
    return window.perSecond(Outcome.answered(outcomes));
  }

  private Load.@Nullable Ask ask(CapacityWindow window, Workload workload, AtomicInteger next) {
    if (!window.isOpen()) {
      return null;
    }
    TracedRequest request = workload.requests().get(next.getAndIncrement() % workload.size());
    return new Load.Ask(adapter(request), prompt(request.inputTokens()), request.outputTokens());
  }

  /** What HTTP, tokens and events take on the way of a request to its first token, the median. */
  double wayMs(StreamingClient client, int asks) {
    Load.Ask ask = shortAsk(adapters().getFirst().name());
    double[] ways = new double[asks];
    for (int i = 0; i < asks; i++) {
      ways[i] = ServedTiming.of(client, ask).wayMs();
    }
    return Timings.median(ways);
  }

  static void requireAll(List<Outcome> outcomes) {
    List<Outcome.Refused> refused = Outcome.refused(outcomes);
    if (!refused.isEmpty()) {
      throw new IllegalStateException(
          "%d of %d requests were refused, the first: %s"
              .formatted(refused.size(), outcomes.size(), refused.getFirst().reason()));
    }
  }

  @Override
  public void close() {
    set.close();
  }
}
