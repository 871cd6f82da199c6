package io.chameleon.metrics;

import io.chameleon.request.FinishReason;
import io.chameleon.request.Refusal;
import io.chameleon.request.RequestTiming;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.IntToDoubleFunction;

/**
 * The meters of the way from the queue to the stream. Callers say what happened and know no meter;
 * every method is cheap enough for the engine thread and safe from any other.
 */
public final class ServingMeters {

  private final MeterRegistry registry;

  private final Tags tags;

  private final Timer firstToken;

  private final Timer interToken;

  private final Timer e2e;

  private final Timer queue;

  private final Timer adapter;

  private final Timer prefill;

  private final Timer decode;

  private final Timer step;

  private final Timer overhead;

  private final DistributionSummary rows;

  private final DistributionSummary iterationTokens;

  private final Counter promptTokens;

  private final Counter generationTokens;

  private final Counter disconnected;

  private final Counter slowReaders;

  private final Counter failed;

  private final Counter failedSteps;

  private final Map<Refusal, Counter> rejected = new EnumMap<>(Refusal.class);

  private final Map<FinishReason, Counter> finished = new EnumMap<>(FinishReason.class);

  private volatile DoubleSupplier preemptions = () -> 0;

  private volatile IntToDoubleFunction classWaiting = sizeClass -> Double.NaN;

  private volatile IntToDoubleFunction classWaitSeconds = sizeClass -> Double.NaN;

  private int classGauges;

  /**
   * Registers all meters.
   *
   * @param registry where they are kept
   * @param modelName id of the base model
   */
  public ServingMeters(MeterRegistry registry, String modelName) {
    this.registry = registry;
    this.tags = Tags.of(MetricNames.MODEL_NAME, modelName);
    firstToken = timer(MetricNames.TIME_TO_FIRST_TOKEN);
    interToken = timer(MetricNames.INTER_TOKEN_LATENCY);
    e2e = timer(MetricNames.E2E_REQUEST_LATENCY);
    queue = timer(MetricNames.REQUEST_QUEUE_TIME);
    adapter = timer(MetricNames.REQUEST_ADAPTER_TIME);
    prefill = timer(MetricNames.REQUEST_PREFILL_TIME);
    decode = timer(MetricNames.REQUEST_DECODE_TIME);
    step = timer(MetricNames.STEP_TIME);
    overhead = timer(MetricNames.STEP_OVERHEAD, Duration.ofNanos(10_000));
    rows = DistributionSummary.builder(MetricNames.BATCH_ROWS).tags(tags).register(registry);
    iterationTokens =
        DistributionSummary.builder(MetricNames.ITERATION_TOKENS).tags(tags).register(registry);
    promptTokens = registry.counter(MetricNames.PROMPT_TOKENS, tags);
    generationTokens = registry.counter(MetricNames.GENERATION_TOKENS, tags);
    disconnected = cancelled("disconnect");
    slowReaders = cancelled("slow_reader");
    failed = registry.counter(MetricNames.REQUEST_FAILED, tags);
    failedSteps = registry.counter(MetricNames.STEP_FAILED, tags);
    for (Refusal cause : Refusal.values()) {
      Tags tagged = tags.and(MetricNames.REFUSAL_REASON, cause.wireName());
      rejected.put(cause, registry.counter(MetricNames.REQUEST_REJECTED, tagged));
    }
    for (FinishReason reason : FinishReason.values()) {
      Tags tagged = tags.and(MetricNames.FINISHED_REASON, reason.wireName());
      finished.put(reason, registry.counter(MetricNames.REQUEST_SUCCESS, tagged));
    }
  }

  /** Meters that measure nothing, for a service that nobody watches. */
  public static ServingMeters unregistered() {
    return new ServingMeters(new CompositeMeterRegistry(), "");
  }

  /** Binds what is read when it is asked for; each supplier is cheap and safe from any thread. */
  public void bind(
      DoubleSupplier running,
      DoubleSupplier waiting,
      DoubleSupplier kvUsage,
      DoubleSupplier preemptions) {
    gauge(MetricNames.NUM_REQUESTS_RUNNING, running);
    gauge(MetricNames.NUM_REQUESTS_WAITING, waiting);
    gauge(MetricNames.KV_CACHE_USAGE, kvUsage);
    this.preemptions = preemptions;
    FunctionCounter.builder(MetricNames.NUM_PREEMPTIONS, this, ServingMeters::preemptions)
        .tags(tags)
        .register(registry);
  }

  /** Binds what is read of a size class; each function is cheap and safe from any thread. */
  public void bindClasses(
      IntToDoubleFunction waitingOfClass, IntToDoubleFunction expectedWaitSecondsOfClass) {
    classWaiting = waitingOfClass;
    classWaitSeconds = expectedWaitSecondsOfClass;
  }

  /**
   * There are so many size classes from now on. Those that there have been keep their gauges, which
   * read NaN while there is no such class. For one thread.
   */
  public void sizeClasses(int count) {
    for (; classGauges < count; classGauges++) {
      int index = classGauges;
      Tags tagged = tags.and(MetricNames.SIZE_CLASS, Integer.toString(index));
      gauge(MetricNames.CLASS_WAITING, () -> classWaiting.applyAsDouble(index), tagged);
      gauge(MetricNames.CLASS_WAIT, () -> classWaitSeconds.applyAsDouble(index), tagged);
    }
  }

  /** The first token of a request is there; its prompt counts from now. */
  public void firstToken(long nanosSinceArrival, int prompt) {
    firstToken.record(nanosSinceArrival, TimeUnit.NANOSECONDS);
    promptTokens.increment(prompt);
    generationTokens.increment();
  }

  /** A further token is there: sampled, though its reader may get it a launch later. */
  public void nextToken(long nanosSinceLast) {
    interToken.record(nanosSinceLast, TimeUnit.NANOSECONDS);
    generationTokens.increment();
  }

  /** A request has come to its own end. */
  public void finished(FinishReason reason, RequestTiming timing, long nanosSinceArrival) {
    counterOf(finished, reason).increment();
    e2e.record(nanosSinceArrival, TimeUnit.NANOSECONDS);
    queue.record(timing.queue());
    if (timing.adapterTier() != null) {
      adapter.record(timing.adapter());
    }
    prefill.record(timing.prefill());
    decode.record(timing.decode());
  }

  /** Requests were refused, or ended because they had waited too long. */
  public void rejected(Refusal cause, int requests) {
    counterOf(rejected, cause).increment(requests);
  }

  /** The reader of a request has gone. */
  public void disconnected() {
    disconnected.increment();
  }

  /** The reader of a request was too slow. */
  public void slowReader() {
    slowReaders.increment();
  }

  /** An admitted request has failed. */
  public void failed() {
    failed.increment();
  }

  /**
   * A step was run.
   *
   * @param engineNanos from its being asked for to its tokens; where a device computes by itself,
   *     what the step before gave is handed to its readers meanwhile
   */
  public void step(long engineNanos, int batchRows, int batchTokens) {
    step.record(engineNanos, TimeUnit.NANOSECONDS);
    rows.record(batchRows);
    iterationTokens.record(batchTokens);
  }

  /** A pass was made around a step; this is what it took besides. */
  public void overhead(long nanos) {
    overhead.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** All steps so far. */
  public StepTotals steps() {
    return new StepTotals(
        step.count(),
        step.totalTime(TimeUnit.NANOSECONDS),
        overhead.totalTime(TimeUnit.NANOSECONDS));
  }

  /** A step failed. */
  public void stepFailed() {
    failedSteps.increment();
  }

  private double preemptions() {
    return preemptions.getAsDouble();
  }

  private static <K> Counter counterOf(Map<K, Counter> counters, K key) {
    Counter counter = counters.get(key);
    if (counter == null) {
      throw new IllegalStateException("no counter for " + key);
    }
    return counter;
  }

  private Counter cancelled(String reason) {
    return registry.counter(
        MetricNames.REQUEST_CANCELLED, tags.and(MetricNames.CANCEL_REASON, reason));
  }

  private Timer timer(String name) {
    return timer(name, Duration.ofMillis(1));
  }

  private Timer timer(String name, Duration shortest) {
    return Timer.builder(name)
        .tags(tags)
        .publishPercentileHistogram()
        .minimumExpectedValue(shortest)
        .maximumExpectedValue(Duration.ofMinutes(2))
        .register(registry);
  }

  private void gauge(String name, DoubleSupplier value) {
    gauge(name, value, tags);
  }

  private void gauge(String name, DoubleSupplier value, Tags tagged) {
    Gauge.builder(name, value, DoubleSupplier::getAsDouble)
        .tags(tagged)
        .strongReference(true)
        .register(registry);
  }
}
