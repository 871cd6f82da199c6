package io.chameleon.scheduling;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.admission.AdmittedRequest;
import io.chameleon.admission.RequestSize;
import io.chameleon.admission.SizeClass;
import io.chameleon.admission.WaitLimit;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.sampling.TokenSampler;
import io.chameleon.memory.OwnedCells;
import io.chameleon.request.FinishReason;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.SamplingParams;
import io.chameleon.request.TokenEvent;
import io.chameleon.scheduling.fairness.TokenAccount;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the service: its tokens so far, and what it holds. Any thread may
 * make and cancel it; all else belongs to the engine thread.
 *
 * <p>The tokens are the prompt and, behind it, what was generated. The KV of the first {@link
 * #position()} of them lies in the run of cells. What is pending is fed: a chunk at a time in
 * prefill, one in decode. A preempted sequence keeps its tokens and its sampler and loses its KV,
 * so it starts again by a prefill over all tokens, and none is generated twice.
 */
public final class Sequence {

  private static final int TOKENS_TO_GROW_BY = 64;

  private final InferenceRequest request;

  private final RequestSize size;

  private final SizeClass sizeClass;

  private final WaitLimit limit;

  private final long expectedNanos;

  private final Set<Integer> endTokens;

  private final SequenceOutput output;

  private final SequenceTimes times;

  private volatile boolean cancelled;

  private SequenceStatus status = SequenceStatus.WAITING;

  private boolean hasStarted;

  private long latestStart = LatestStarts.NEVER;

  private int[] tokens;

  private int tokenCount;

  private int position;

  /** For how many steps it has been. */
  private long passedOver;

  /** The step in which it was the last time, if nothing else was lacking since; or -1. */
  private long passedOverAt = -1;

  private @Nullable TokenSampler sampler;

  private @Nullable OwnedCells kv;

  private @Nullable AdapterLease lease;

  private @Nullable TokenAccount account;

  /**
   * Makes a sequence that waits.
   *
   * @param admitted the request, with its size
   * @param modelEndTokens end-of-sequence tokens of the model
   * @param output where its tokens go
   * @param arrivalNanos when it came, on the scheduler's clock
   */
  public Sequence(
      AdmittedRequest admitted,
      Set<Integer> modelEndTokens,
      SequenceOutput output,
      long arrivalNanos) {
    this.request = admitted.request();
    this.size = admitted.size();
    this.sizeClass = admitted.sizeClass();
    this.limit = admitted.limit();
    this.expectedNanos = admitted.expectedNanos();
    this.endTokens = endTokens(request.sampling(), modelEndTokens);
    this.output = output;
    this.times = new SequenceTimes(arrivalNanos);
    this.tokens = request.promptTokens();
    this.tokenCount = tokens.length;
  }

  /** What was asked for. */
  public InferenceRequest request() {
    return request;
  }

  /** The size estimated at admission. */
  public RequestSize size() {
    return size;
  }

  /** The class that follows from the size. */
  public SizeClass sizeClass() {
    return sizeClass;
  }

  /** How long it may wait. */
  public WaitLimit limit() {
    return limit;
  }

  /** Until its first token, as was estimated when it was let in; 0 if nobody waited before it. */
  long expectedNanos() {
    return expectedNanos;
  }

  /**
   * Asks for its end, from any thread; if it runs, its next token is not taken. Whoever asks tells
   * the scheduler too, which does not look for it.
   */
  public void cancel() {
    cancelled = true;
  }

  /** Whether its end was asked for. */
  public boolean isCancelled() {
    return cancelled;
  }

  /** Whether it has ended, in whatever way. */
  public boolean hasEnded() {
    return status == SequenceStatus.ENDED;
  }

  /** Ends it before any scheduler has seen it. */
  public void refuse(RuntimeException cause, long nowNanos) {
    end();
    output.ended(new SequenceEnding.Failed(cause), nowNanos);
  }

  /** When it came, on the scheduler's clock. */
  public long arrivalNanos() {
    return times.arrival();
  }

  /** Tokens that it is still expected to generate, at least 1. */
  public int predictedRemaining() {
    return Math.max(1, size.predictedOutputTokens() - generatedTokens());
  }

  /** Whether it needs no load: its adapter is in device memory, or it has none. */
  public boolean isAdapterResident() {
    return lease == null || lease.isResident();
  }

  /** Has its adapter brought into cells that are free, if there are any; nobody leaves for it. */
  public void prefetchAdapter() {
    if (lease != null) {
      lease.prefetch();
    }
  }

  /** By when it must have started, on the scheduler's clock, as {@link LatestStarts} knows. */
  long latestStart() {
    return latestStart;
  }

  /** Only while {@link LatestStarts} does not hold it. */
  void setLatestStart(long nanos) {
    latestStart = nanos;
  }

  SequenceStatus status() {
    return status;
  }

  /** Whether it has ever run, even if it waits again. */
  public boolean hasStarted() {
    return hasStarted;
  }

  SequenceOutput output() {
    return output;
  }

  SequenceTimes times() {
    return times;
  }

  Set<Integer> endTokens() {
    return endTokens;
  }

  /** Tokens of prompt and output so far. */
  public int tokenCount() {
    return tokenCount;
  }

  /** Tokens whose KV is in the run. */
  public int position() {
    return position;
  }

  /** Tokens still to be fed. */
  public int pendingTokens() {
    return tokenCount - position;
  }

  /**
   * For how many steps others have gone on while copies, or much that would move, lay between its
   * cells. Steps in which it lacked something else do not count.
   *
   * @param step that is formed now
   */
  long passedOver(long step) {
    return passedOver + (passedOverAt < 0 ? 0 : step - passedOverAt);
  }

  /** Others go on, from the step that is formed now. */
  void passOver(long step) {
    passedOver = passedOver(step);
    passedOverAt = step;
  }

  /** From the step that is formed now it is for something else that it does not start. */
  void lacksOther(long step) {
    passedOver = passedOver(step);
    passedOverAt = -1;
  }

  /** Tokens generated so far. */
  public int generatedTokens() {
    return tokenCount - request.promptTokens().length;
  }

  /** Whether all but its last token has been fed. */
  public boolean isDecoding() {
    return pendingTokens() == 1 && position > 0;
  }

  @Nullable OwnedCells kv() {
    return kv;
  }

  /** Cells of its run; 0 if it has none. */
  public int heldCells() {
    return kv == null ? 0 : kv.cells();
  }

  @Nullable AdapterLease lease() {
    return lease;
  }

  /** From now to its end it has its adapter's version pinned. */
  void pin(AdapterLease adapterLease) {
    lease = adapterLease;
  }

  /** From now on its tokens count against this account. */
  public void chargeTo(TokenAccount tokenAccount) {
    account = tokenAccount;
  }

  /** Starts, or starts again, with what it needs to run; its adapter, if it has one, is lent. */
  void start(OwnedCells run, SamplerFactory samplers, long now) {
    if (sampler == null) {
      sampler = samplers.create(request, endTokens);
    }
    status = status.start();
    kv = run;
    passedOver = 0;
    passedOverAt = -1;
    if (account != null && !hasStarted) {
      account.chargeInput(request.promptTokens().length);
    }
    hasStarted = true;
    times.started(now);
  }

  /** Waits again; its cells must have been taken from it, and the loan of its adapter ended. */
  void preempt() {
    status = status.preempt();
    position = 0;
  }

  void end() {
    status = status.end();
  }

  /** Gives up its run, if it has one. */
  @Nullable OwnedCells takeKv() {
    OwnedCells taken = kv;
    kv = null;
    return taken;
  }

  /** Gives up its lease, if it has one. */
  @Nullable AdapterLease takeLease() {
    AdapterLease taken = lease;
    lease = null;
    return taken;
  }

  /** Its part in the next step: feed {@code count} tokens, and sample if none is pending then. */
  SequenceStep step(int count) {
    if (kv == null) {
      throw new IllegalStateException("sequence %s has no cells".formatted(request.id()));
    }
    return new SequenceStep(
        tokens,
        position,
        count,
        position,
        kv.run(),
        lease == null ? null : lease.adapter(),
        count == pendingTokens() ? sampler : null,
        request.promptTokens().length);
  }

  /** The KV of this many more tokens has been written. */
  void fed(int count) {
    position += count;
  }

  /** Whether this token, sampled next, ends the sequence. */
  boolean isEnd(int token) {
    return generatedTokens() >= request.sampling().minTokens() && endTokens.contains(token);
  }

  /** Appends a generated token. */
  void append(int token) {
    if (tokenCount == tokens.length) {
      long limit = (long) request.promptTokens().length + request.maxTokens();
      tokens = Arrays.copyOf(tokens, (int) Math.min(limit, tokenCount + TOKENS_TO_GROW_BY));
    }
    tokens[tokenCount++] = token;
    if (account != null) {
      account.chargeOutput(1);
    }
  }

  /** Its own end, with the account of where the time went. */
  SequenceEnding complete(FinishReason reason, @Nullable Integer stopToken) {
    return new SequenceEnding.Complete(new TokenEvent.Finished(reason, stopToken, times.account()));
  }

  private static Set<Integer> endTokens(SamplingParams sampling, Set<Integer> modelEndTokens) {
    if (sampling.ignoreEos()) {
      return sampling.stopTokens();
    }
    if (sampling.stopTokens().isEmpty()) {
      return modelEndTokens;
    }
    Set<Integer> all = new HashSet<>(modelEndTokens);
    all.addAll(sampling.stopTokens());
    return Set.copyOf(all);
  }
}
