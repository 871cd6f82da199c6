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

  /** Counter: requests refused because the queue was full. */
  public static final String REQUEST_REJECTED = "chameleon.request.rejected";

  /** Counter: requests ended by their reader, by {@link #CANCEL_REASON}. */
  public static final String REQUEST_CANCELLED = "chameleon.request.cancelled";

  /** Counter: requests that were admitted and failed. */
  public static final String REQUEST_FAILED = "chameleon.request.failed";

  /** Gauge: requests that run. */
  public static final String NUM_REQUESTS_RUNNING = "chameleon.num.requests.running";

  /** Gauge: requests that wait, in sinks and queues. */
  public static final String NUM_REQUESTS_WAITING = "chameleon.num.requests.waiting";

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

  /** Tag: {@code disconnect} or {@code slow_reader}. */
  public static final String CANCEL_REASON = "reason";

  /** Tag: which signal about memory, such as {@code host-memory}. */
  public static final String SIGNAL = "signal";

  private MetricNames() {}
}
