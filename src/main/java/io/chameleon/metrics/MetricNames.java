package io.chameleon.metrics;

/**
 * Every metric of the service, in one place. Those of requests mean what vLLM's of the same name
 * mean ({@code vllm:time_to_first_token_seconds} and so on); the registry adds the unit.
 */
public final class MetricNames {

  /** Timer: from arrival to the first token. */
  public static final String TIME_TO_FIRST_TOKEN = "chameleon.time.to.first.token";

  /** Timer: between two tokens of a stream. */
  public static final String INTER_TOKEN_LATENCY = "chameleon.inter.token.latency";

  /** Timer: from arrival to the end of a request that came to its own end. */
  public static final String E2E_REQUEST_LATENCY = "chameleon.e2e.request.latency";

  /** Timer: from arrival to the first step, without the adapter's part. */
  public static final String REQUEST_QUEUE_TIME = "chameleon.request.queue.time";

  /** Timer: waiting for the adapter. */
  public static final String REQUEST_ADAPTER_TIME = "chameleon.request.adapter.time";

  /** Timer: from the first step to the first token. */
  public static final String REQUEST_PREFILL_TIME = "chameleon.request.prefill.time";

  /** Timer: from the first token to the last. */
  public static final String REQUEST_DECODE_TIME = "chameleon.request.decode.time";

  /** Counter: prompt tokens of requests that have got their first token. */
  public static final String PROMPT_TOKENS = "chameleon.prompt.tokens";

  /** Counter: tokens generated. */
  public static final String GENERATION_TOKENS = "chameleon.generation.tokens";

  /** Counter: requests that came to their own end, by {@link #FINISHED_REASON}. */
  public static final String REQUEST_SUCCESS = "chameleon.request.success";

  /**
   * Counter: requests refused, or ended because they had waited too long, by {@link
   * #REFUSAL_REASON}.
   */
  public static final String REQUEST_REJECTED = "chameleon.request.rejected";

  /** Counter: requests ended by their reader, by {@link #CANCEL_REASON}. */
  public static final String REQUEST_CANCELLED = "chameleon.request.cancelled";

  /** Counter: requests that were admitted and failed. */
  public static final String REQUEST_FAILED = "chameleon.request.failed";

  /** Gauge: requests that run. */
  public static final String NUM_REQUESTS_RUNNING = "chameleon.num.requests.running";

  /** Gauge: requests that wait, in sinks and queues. */
  public static final String NUM_REQUESTS_WAITING = "chameleon.num.requests.waiting";

  /** Gauge: requests that wait in the queue of a {@link #SIZE_CLASS}. */
  public static final String CLASS_WAITING = "chameleon.class.requests.waiting";

  /** Gauge: seconds that a request of a {@link #SIZE_CLASS} would wait that came now. */
  public static final String CLASS_WAIT = "chameleon.class.wait.seconds";

  /** Gauge: share of the arena's cells that running requests hold, 0 to 1. */
  public static final String KV_CACHE_USAGE = "chameleon.kv.cache.usage";

  /** Counter: times that a running request was put back to make room. */
  public static final String NUM_PREEMPTIONS = "chameleon.num.preemptions";

  /** Timer: one engine step. */
  public static final String STEP_TIME = "chameleon.step.time";

  /** Timer: the loop's own part of a pass, without the engine step. */
  public static final String STEP_OVERHEAD = "chameleon.step.overhead";

  /** Summary: sequences in a step. */
  public static final String BATCH_ROWS = "chameleon.batch.rows";

  /** Summary: tokens fed in a step; vLLM's {@code iteration_tokens}. */
  public static final String ITERATION_TOKENS = "chameleon.iteration.tokens";

  /** Counter: steps that failed. */
  public static final String STEP_FAILED = "chameleon.step.failed";

  /** Counter: requests for an adapter, by the {@link #TIER} it was found in. */
  public static final String ADAPTER_REQUESTS = "chameleon.adapter.requests";

  /** Timer: loads of adapters into a {@link #TIER}. */
  public static final String ADAPTER_LOAD_TIME = "chameleon.adapter.load.time";

  /** Counter: loads that failed or were refused. */
  public static final String ADAPTER_LOADS_FAILED = "chameleon.adapter.loads.failed";

  /** Counter: adapters that left device memory, by {@link #EVICTION_REASON} and policy. */
  public static final String ADAPTER_EVICTIONS = "chameleon.adapter.evictions";

  /** Counter: loads before need, by {@link #PREFETCH_KIND} and {@link #OUTCOME}. */
  public static final String ADAPTER_PREFETCHES = "chameleon.adapter.prefetches";

  /** Gauge: bytes of adapters by {@link #TIER}. */
  public static final String ADAPTER_BYTES = "chameleon.adapter.bytes";

  /** Gauge: adapters by {@link #TIER}. */
  public static final String ADAPTERS = "chameleon.adapters";

  /** Gauge: adapters that are to stay in device memory. */
  public static final String ADAPTERS_PINNED = "chameleon.adapters.pinned";

  /** Gauge: requests whose adapter is not lent to them yet. */
  public static final String ADAPTER_WAITING = "chameleon.adapter.requests.waiting";

  /** Tag: {@code device}, {@code host} or {@code disk}. */
  public static final String TIER = "tier";

  /** Tag: why an adapter left. */
  public static final String EVICTION_REASON = "reason";

  /** Tag: name of a policy. */
  public static final String POLICY = "policy";

  /** Tag: {@code queue} or {@code histogram}. */
  public static final String PREFETCH_KIND = "kind";

  /** Tag: {@code started}, {@code right} or {@code wrong}. */
  public static final String OUTCOME = "outcome";

  /**
   * Gauge: what a signal about memory reads, a share, NaN while it is absent; by {@link #SIGNAL}.
   */
  public static final String PRESSURE = "chameleon.pressure";

  /** Gauge: the worst level of any signal about memory; 0 normal, 1 elevated, 2 critical. */
  public static final String PRESSURE_LEVEL = "chameleon.pressure.level";

  /** Gauge: most bytes that adapters may take of host memory now. */
  public static final String HOST_TIER_MAX = "chameleon.host.tier.max";

  /** Tag: the id of the base model. */
  public static final String MODEL_NAME = "model_name";

  /** Tag: why a request ended, as its answer says. */
  public static final String FINISHED_REASON = "finished_reason";

  /** Tag: {@code queue_full}, {@code deadline}, {@code max_wait} or {@code expired}. */
  public static final String REFUSAL_REASON = "reason";

  /** Tag: index of a size class, from 0 for the smallest requests. */
  public static final String SIZE_CLASS = "size_class";

  /** Tag: {@code disconnect} or {@code slow_reader}. */
  public static final String CANCEL_REASON = "reason";

  /** Tag: which signal about memory, such as {@code host-memory}. */
  public static final String SIGNAL = "signal";

  private MetricNames() {}
}
