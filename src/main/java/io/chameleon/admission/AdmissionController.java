package io.chameleon.admission;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.chameleon.admission.AdmissionDecision.Admitted;
import io.chameleon.admission.AdmissionDecision.Rejected;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.InvalidRequestException;
import io.chameleon.request.Refusal;
import io.chameleon.request.RequestRejectedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether requests may enter. It owns the one bound on waiting requests: a request holds a
 * place from its admission until it starts to run or is given up, whether it stands in a sink or in
 * a queue behind it. Any thread may ask; the engine thread gives places back.
 */
public final class AdmissionController {

  private static final double NANOS_PER_SECOND = 1e9;

  private final int queueCapacity;

  private final int longestSequenceTokens;

  private final RequestSizer sizer;

  private final Deadlines deadlines;

  private final AtomicInteger waiting = new AtomicInteger();

  private final DepartureRate departures = new DepartureRate();

  private volatile SizeClassifier classifier = SizeClassifier.single();

  private volatile int arenaCells = Integer.MAX_VALUE;

  /**
   * Makes a controller that holds no places yet.
   *
   * @param queueCapacity most requests that wait at once, at least 1
   * @param longestSequenceTokens context of the model: most tokens of prompt and output together
   * @param sizer how large a request is
   * @param rules how long requests may wait
   */
  public AdmissionController(
      int queueCapacity, int longestSequenceTokens, RequestSizer sizer, WaitingRules rules) {
    if (queueCapacity < 1 || longestSequenceTokens < 2) {
      throw new IllegalArgumentException(
          "a queue of %d requests of up to %d tokens; it must be at least 1 of 2 tokens"
              .formatted(queueCapacity, longestSequenceTokens));
    }
    this.queueCapacity = queueCapacity;
    this.longestSequenceTokens = longestSequenceTokens;
    this.sizer = sizer;
    this.deadlines = new Deadlines(rules);
  }

  /** Makes a controller of a service without adapters, whose requests may wait for ever. */
  public AdmissionController(
      int queueCapacity, int longestSequenceTokens, OutputLengthPredictor predictor) {
    this(
        queueCapacity,
        longestSequenceTokens,
        new RequestSizer(predictor, AdapterSizes.none()),
        WaitingRules.NONE);
  }

  /**
   * Decides on requests that came together, and holds a place for each if they are admitted. Who
   * could only be served too late is refused before a place is asked for.
   *
   * @throws InvalidRequestException if one of them, or all together, can never be served
   */
  public AdmissionDecision decide(List<InferenceRequest> requests) {
    requests.forEach(this::requireFits);
    if (requests.size() > queueCapacity) {
      throw new InvalidRequestException(
          "n",
          "the request asks for %d sequences; the queue holds at most %d"
              .formatted(requests.size(), queueCapacity));
    }
    SizeClassifier newest = classifier;
    List<AdmittedRequest> sized = requests.stream().map(r -> classify(r, newest)).toList();
    Optional<Rejected> late = deadlines.refusal(sized);
    return late.isPresent() ? late.get() : enter(sized);
  }

  /**
   * Why a request would be refused now whatever it asks for, or nothing if the smallest request of
   * some class might be admitted. Holds no place.
   *
   * @param ttftDeadline of its first token, or null for that of all
   */
  public Optional<Rejected> refusalOfAny(@Nullable Duration ttftDeadline) {
    return waiting() >= queueCapacity
        ? Optional.of(queueFull())
        : deadlines.refusalOfAny(ttftDeadline, classifier.classes());
  }

  /** Who decides from now on how long a request would wait; from any thread. */
  public void publish(WaitEstimate estimate) {
    deadlines.publish(estimate);
  }

  /** Which classes there are from now on; from any thread. */
  public void publish(SizeClassifier newest) {
    classifier = newest;
  }

  /** Which classes there are. */
  public SizeClassifier classifier() {
    return classifier;
  }

  /** Seconds that a request of a class would wait that came now; NaN if there is no such class. */
  public double expectedWaitSeconds(int sizeClass) {
    return sizeClass < classifier.classes().size()
        ? deadlines.expectedWaitNanos(sizeClass) / NANOS_PER_SECOND
        : Double.NaN;
  }

  /** The longest wait of a class, in nanoseconds; {@link Long#MAX_VALUE} where it has no bound. */
  public long maxWaitNanos(SizeClass sizeClass) {
    return deadlines.maxWaitNanos(sizeClass, classifier.classes().size());
  }

  /** What is answered to a request that was admitted, and for which it is too late now. */
  public RequestRejectedException expired(RequestSize size, WaitLimit limit) {
    return deadlines.expired(size, classifier.classify(size), limit);
  }

  /**
   * Gives places back: requests have started to run, or have been given up. For one thread alone.
   *
   * @param count how many, 0 or more
   * @param nowNanos the time, on any monotonic clock
   */
  public void left(int count, long nowNanos) {
    if (count > 0) {
      departures.departed(count, giveBack(count), nowNanos);
    }
  }

  /** Gives the places of requests back that were admitted and did not get into the queue. */
  public void withdraw(int count) {
    giveBack(count);
  }

  /** Takes note of the arena, once it is known: no sequence may be longer than it. */
  public void limitToArena(int cells) {
    arenaCells = cells;
  }

  /** Requests that hold a place now, 0 to the capacity of the queue. */
  public int waiting() {
    return waiting.get();
  }

  /** Most tokens of prompt and output together: the model's context, or the arena if it is less. */
  public int longestSequenceTokens() {
    return Math.min(longestSequenceTokens, arenaCells);
  }

  @CanIgnoreReturnValue
  private int giveBack(int count) {
    int rest = waiting.addAndGet(-count);
    if (rest < 0) {
      throw new IllegalStateException(
          "%d places were given back; only %d were held".formatted(count, rest + count));
    }
    return rest;
  }

  private void requireFits(InferenceRequest request) {
    int longest = longestSequenceTokens();
    if ((long) request.promptTokens().length + request.maxTokens() > longest) {
      throw new InvalidRequestException(
          request.promptTokens().length < longest ? "max_tokens" : null,
          "context_length_exceeded",
          "the prompt has %d tokens and max_tokens is %d; together they may be at most %d"
              .formatted(request.promptTokens().length, request.maxTokens(), longest));
    }
  }

  private AdmissionDecision enter(List<AdmittedRequest> sized) {
    if (!holdPlaces(sized.size())) {
      return queueFull();
    }
    deadlines.admitted(sized);
    return new Admitted(sized.stream().map(this::held).toList());
  }

  private Rejected queueFull() {
    int now = waiting();
    return new Rejected(
        Refusal.QUEUE_FULL,
        "The queue is full: %d requests wait, of at most %d.".formatted(now, queueCapacity),
        departures.timeFor(now));
  }

  private AdmittedRequest classify(InferenceRequest request, SizeClassifier newest) {
    RequestSize size = sizer.size(request);
    SizeClass sizeClass = newest.classify(size);
    WaitLimit limit = deadlines.limit(request, sizeClass, newest.classes().size());
    return new AdmittedRequest(
        request, size, sizeClass, limit, deadlines.expectedNanos(size, sizeClass));
  }

  /** With the limits that it is held to while it waits. */
  private AdmittedRequest held(AdmittedRequest sized) {
    return new AdmittedRequest(
        sized.request(),
        sized.size(),
        sized.sizeClass(),
        deadlines.enforced(sized.limit()),
        sized.expectedNanos());
  }

  private boolean holdPlaces(int count) {
    int held = waiting.get();
    while (held + count <= queueCapacity) {
      if (waiting.compareAndSet(held, held + count)) {
        return true;
      }
      held = waiting.get();
    }
    return false;
  }
}
