package io.chameleon.bench;

import io.chameleon.model.DeviceModel;
import io.chameleon.model.LinearModule;
import io.chameleon.text.HuggingFaceTextCodec;
import io.chameleon.workload.AdapterMix;
import io.chameleon.workload.PoissonArrivals;
import io.chameleon.workload.RequestLengths;
import io.chameleon.workload.TracedRequest;
import io.chameleon.workload.TwoSizes;
import io.chameleon.workload.Workload;
import io.chameleon.workload.WorkloadSpec;
import io.chameleon.workload.ZipfPopularity;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What the proofs of scheduling have in common: the model and adapters that are made for it, small
 * and large requests, services in processes of their own with one thread of the engine on a core of
 * its own, and a generator that shares the other cores with the services' HTTP.
 */
final class ProofStage implements AutoCloseable {

  /** The engine has one core. */
  private static final int THREADS = 1;

  private static final int ADAPTERS = 24;

  private static final List<Integer> RANKS = List.of(16, 32);

  private static final int SEQUENCES = 16;

  /** Of the adapters, how many fit at rest beside all KV and all rows that may ever be needed. */
  private static final double AT_REST = 0.5;

  /** A heap that fits a small service, so that what leaks is seen soon. */
  private static final List<String> JVM = List.of("-Xmx512m");

  /**
   * Small requests are most of the requests and little of the work, so that serving them first
   * costs the large ones little, and waiting behind large ones costs them much.
   */
  private static final TwoSizes LENGTHS =
      new TwoSizes(0.8, new TwoSizes.Range(8, 16, 1, 3), new TwoSizes.Range(256, 320, 48, 80));

  private static final RequestLengths SHORT = new RequestLengths(16, 2);

  private static final int LONGEST = 320 + 80;

  private final ProofModel model;

  private final AdapterGenerator generator;

  private final List<AdapterGenerator.Generated> adapters;

  private final TemporaryFolder folder;

  private final HuggingFaceTextCodec codec;

  private final PromptSource prompts;

  /** As it was before this process left a core to the engine. */
  private final List<String> machine;

  private final EngineCore core;

  private final Path out;

  private final long seed;

  /**
   * Makes the adapters and reserves the core.
   *
   * @param name of the model's folder; empty for the demo
   * @param seed of adapters, prompts and requests
   * @param pin whether the engine shall have its own core
   * @param out where the services' logs go
   */
  ProofStage(String name, long seed, boolean pin, Path out) throws IOException {
    this.seed = seed;
    this.out = out;
    this.model = ProofModel.open(name, THREADS);
    this.generator = new AdapterGenerator(model.config(), AdapterGenerator.ATTENTION, seed);
    this.codec = HuggingFaceTextCodec.open(model.folder(), false, Clock.systemUTC());
    this.prompts = new PromptSource(codec, new Random(seed));
    this.folder = TemporaryFolder.in(out, "proof-adapters-");
    this.adapters = generator.write(folder.path(), eachRank());
    this.machine = Machine.describe(THREADS, model.id());
    this.core = EngineCore.reserve(pin);
  }

  private static int[] eachRank() {
    return IntStream.range(0, ADAPTERS).map(k -> RANKS.get(k % RANKS.size())).toArray();
  }

  /** Prints where and how is measured. */
  void describe(PrintStream print) {
    machine.forEach(print::println);
    print.println("cores    " + core.description());
    print.printf("adapters %d of the ranks %s in turn, Zipf's law%n", ADAPTERS, RANKS);
    print.printf("requests %s; Poisson arrivals, seed %d%n", LENGTHS, seed);
    print.printf("service  %s%n", String.join(" ", spec().options()));
  }

  ProofModel model() {
    return model;
  }

  List<AdapterGenerator.Generated> adapters() {
    return adapters;
  }

  /** The ranks that there are, in the order in which adapters have them. */
  List<Integer> ranks() {
    return RANKS;
  }

  /** The rank of an adapter by its number; 0 of {@link FitPhase#BASE}. */
  int rank(int adapter) {
    return adapter == FitPhase.BASE ? 0 : adapters.get(adapter).rank();
  }

  /** Bytes of an adapter of this rank, in host memory and on the device. */
  long adapterBytes(int rank) {
    return rank * generator.elementsPerRank() * Float.BYTES;
  }

  /** What each adapter changes of a layer. */
  List<LinearModule> modules() {
    return generator.modules();
  }

  TwoSizes lengths() {
    return LENGTHS;
  }

  /** Where is measured, and with what. */
  List<String> machine() {
    return machine;
  }

  long seed() {
    return seed;
  }

  EngineCore core() {
    return core;
  }

  /** The adapters of a simulation, by the same numbers. */
  AdapterMix mix() {
    return AdapterMix.of(eachRank());
  }

  /** The service of the proofs, under the policy fifo. */
  ServiceSpec spec() {
    return new ServiceSpec(
            Map.of(
                "chameleon.scheduling.policy", "fifo",
                "chameleon.scheduling.max-sequences", Integer.toString(SEQUENCES),
                "chameleon.scheduling.max-batch-tokens", "128",
                "chameleon.scheduling.prefill-chunk", "128",
                "chameleon.scheduling.output-reservation", "256",
                "chameleon.serving.queue-capacity", "4096"))
        .with("chameleon.scheduling.chameleon.max-input-tokens", model.config().contextLength())
        .with("chameleon.scheduling.chameleon.max-output-tokens", "256")
        .with("chameleon.scheduling.chameleon.max-rank", RANKS.getLast())
        .with("chameleon.scheduling.chameleon.refresh", "5s")
        .with("chameleon.scheduling.chameleon.minimum-samples", "40")
        .with("chameleon.scheduling.chameleon.k-max", "2")
        .with("chameleon.scheduling.chameleon.slo", "1s")
        .with("chameleon.memory.arena", arenaBytes(SEQUENCES * LONGEST, ADAPTERS) + "B");
  }

  /** A service that records each step. */
  static ServiceSpec recorded(ServiceSpec spec, Path log) {
    return spec.with("chameleon.recording.steps", log);
  }

  /** The same with room for one short sequence and few adapters, so that they come and go. */
  ServiceSpec crampedSpec() {
    return spec().with("chameleon.memory.arena", arenaBytes(LONGEST, RANKS.size()) + "B");
  }

  private long arenaBytes(int kvCells, int ofAdapters) {
    long ranks = IntStream.of(eachRank()).limit(ofAdapters).sum();
    long bytes = adapterBytes((int) ranks);
    return kvCells * DeviceModel.float32(model.config()).cellBytes()
        + bytes
        + (long) (AT_REST * bytes);
  }

  /** Starts a service whose threads are where they belong. Its log stays if it fails. */
  ServiceProcess start(String name, ServiceSpec spec) throws IOException {
    Files.createDirectories(out);
    ServiceSpec whole =
        spec.with("chameleon.model", model.folder().toAbsolutePath())
            .with("chameleon.model-id", model.id())
            .with("chameleon.adapters", folder.path().toAbsolutePath())
            .with("chameleon.threads", THREADS);
    Path log = out.resolve("service-%s.log".formatted(name)).toAbsolutePath();
    ServiceProcess service = ServiceProcess.start(model.id(), JVM, whole.options(), log);
    try {
      core.pin(service.pid());
      visitAll(service);
      return service;
    } catch (RuntimeException e) {
      service.close();
      throw e;
    }
  }

  /** Reading an adapter for the first time is not what is measured. */
  private void visitAll(ServiceProcess service) {
    Iterator<AdapterGenerator.Generated> left = adapters.iterator();
    List<Outcome> outcomes =
        new Load(service.client(), System::nanoTime)
            .run(1, () -> left.hasNext() ? shortAsk(left.next().name()) : null);
    List<Outcome.Refused> refused = Outcome.refused(outcomes);
    if (!refused.isEmpty()) {
      throw new IllegalStateException("an adapter was refused: " + refused.getFirst().reason());
    }
  }

  /**
   * A workload of these proofs.
   *
   * @param rate requests per second
   * @param seconds about how long it is
   * @param number another one has other requests
   */
  Workload workload(double rate, double seconds, int number) {
    int count = Math.max(1, (int) Math.ceil(rate * seconds));
    return new WorkloadSpec(
            LENGTHS, new PoissonArrivals(), new ZipfPopularity(1), mix(), count, seed + number)
        .generate(rate);
  }

  /** The requests of a workload, ready to be sent. */
  List<OpenLoop.Arrival> arrivals(
      Workload workload, StreamingClient client, Map<String, String> headers) {
    return workload.requests().stream()
        .map(request -> new OpenLoop.Arrival(request, way(request, client, headers)))
        .toList();
  }

  private OpenLoop.Way way(
      TracedRequest request, StreamingClient client, Map<String, String> headers) {
    Load.Ask ask = ask(adapters.get(request.adapter()).name(), request.lengths());
    HttpRequest http = client.completion(ask.model(), ask.prompt(), ask.outputTokens(), headers);
    return start -> {
      StreamedAnswer answer = client.send(http);
      return answer
          .end()
          .handle((end, failure) -> Reply.of(answer, failure, start, System.nanoTime()));
    };
  }

  /** A request with random words; from any thread. */
  synchronized Load.Ask ask(String adapter, RequestLengths lengths) {
    return new Load.Ask(adapter, prompts.next(lengths.inputTokens()), lengths.outputTokens());
  }

  /** A short request for an adapter. */
  Load.Ask shortAsk(String adapter) {
    return ask(adapter, SHORT);
  }

  @Override
  public void close() {
    core.close();
    folder.close();
    codec.close();
  }
}
