package io.chameleon.actuator;

import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.adapter.eviction.EvictionParameters;
import io.chameleon.adapter.eviction.MeasuredStalls;
import io.chameleon.adapter.eviction.PolicyReplay;
import io.chameleon.adapter.eviction.RecordedRequest;
import io.chameleon.adapter.eviction.ReplayOutcome;
import io.chameleon.adapter.eviction.RequestTrace;
import io.chameleon.openai.AdministrativeCalls;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * How the requests of late would have fared under another eviction policy, or with another cache:
 * each is replayed on the recorded clock. One at a time, on a thread of its own, for some seconds
 * at most.
 */
@Endpoint(id = "whatif")
public class WhatIfEndpoint {

  /** For all policies together. */
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private final RequestTrace trace;
  private final Running running;
  private final LongSupplier cacheBytes;
  private final EngineClock clock;
  private final AdministrativeCalls calls;
  private final AtomicBoolean isBusy = new AtomicBoolean();

  /**
   * The policy in force.
   *
   * @param kind which it is
   * @param parameters the numbers that it and all others have
   */
  public record Running(EvictionKind kind, EvictionParameters parameters) {}

  /**
   * Makes the endpoint.
   *
   * @param trace the requests of late
   * @param running the policy in force
   * @param cacheBytes device memory that adapters may take now
   * @param clock of the engine
   */
  public WhatIfEndpoint(
      RequestTrace trace,
      Running running,
      LongSupplier cacheBytes,
      EngineClock clock,
      AdministrativeCalls calls) {
    this.trace = trace;
    this.running = running;
    this.cacheBytes = cacheBytes;
    this.clock = clock;
    this.calls = calls;
  }

  /**
   * Replays.
   *
   * @param policy which, or all
   * @param cacheBytes device memory that adapters have; now's if nothing else is said
   * @param cacheShare the same, as a share of what all requested adapters take together
   */
  @ReadOperation
  public Mono<WhatIfDescriptor> whatif(
      @Nullable String policy, @Nullable Long cacheBytes, @Nullable Double cacheShare) {
    return calls.answer(
        Mono.fromCallable(() -> replayAlone(kinds(policy), cacheBytes, cacheShare))
            .subscribeOn(Schedulers.boundedElastic()));
  }

  private WhatIfDescriptor replayAlone(
      List<EvictionKind> kinds, @Nullable Long bytes, @Nullable Double share) {
    if (!isBusy.compareAndSet(false, true)) {
      throw refused(HttpStatus.TOO_MANY_REQUESTS, "Another replay is being made.");
    }
    try {
      return replay(kinds, bytes, share);
    } finally {
      isBusy.set(false);
    }
  }

  private WhatIfDescriptor replay(
      List<EvictionKind> kinds, @Nullable Long bytes, @Nullable Double share) {
    List<RecordedRequest> requests = trace.snapshot();
    long poolBytes = poolBytes(requests);
    long cache = cache(poolBytes, bytes, share);
    long deadline = clock.nanoClock().getAsLong() + LONGEST.toNanos();
    List<OutcomeDescriptor> outcomes =
        kinds.stream()
            .map(kind ->
                PolicyReplay.run(
                    requests,
                    kind.create(running.parameters),
                    cache,
                    trace.measured().target(),
                    () -> clock.nanoClock().getAsLong() - deadline < 0))
            .map(WhatIfEndpoint::describe)
            .toList();
    return new WhatIfDescriptor(
        requests.size(),
        requests.isEmpty() ? null : clock.at(requests.getFirst().atNanos()),
        cache,
        poolBytes,
        trace.measured().target().toNanos() / 1e6,
        outcomes,
        measured(requests));
  }

  private @Nullable MeasuredDescriptor measured(List<RecordedRequest> requests) {
    if (requests.isEmpty()) {
      return null;
    }
    MeasuredStalls.Measured found = trace.measured().since(requests.getFirst().atNanos());
    return new MeasuredDescriptor(
        running.kind.propertyName(),
        clock.at(found.sinceNanos()),
        found.requests(),
        found.hitRate(),
        found.meanStallMillis(),
        found.overTargetShare());
  }

  private long cache(long poolBytes, @Nullable Long bytes, @Nullable Double share) {
    if ((bytes != null && bytes < 0) || (share != null && !(share >= 0 && share <= 1))) {
      throw refused(
          HttpStatus.BAD_REQUEST,
          "cacheBytes is %s and cacheShare is %s; they must be 0 or more, and a share at most 1"
              .formatted(bytes, share));
    }
    if (bytes != null) {
      return bytes;
    }
    return share == null ? cacheBytes.getAsLong() : (long) (share * poolBytes);
  }

  private static long poolBytes(List<RecordedRequest> requests) {
    Map<String, Long> sizes = new HashMap<>();
    requests.forEach(request -> sizes.put(request.adapter(), request.bytes()));
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  private static List<EvictionKind> kinds(@Nullable String policy) {
    try {
      return policy == null
          ? Arrays.asList(EvictionKind.values())
          : List.of(EvictionKind.named(policy));
    } catch (IllegalArgumentException e) {
      throw refused(HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  private static ResponseStatusException refused(HttpStatus status, String reason) {
    return new ResponseStatusException(status, reason);
  }

  private static OutcomeDescriptor describe(ReplayOutcome outcome) {
    return new OutcomeDescriptor(
        outcome.policy(),
        outcome.requests(),
        outcome.hitRate(),
        outcome.meanStallMillis(),
        outcome.overTargetShare(),
        outcome.evictions());
  }

  /**
   * The replays as JSON.
   *
   * @param requests recorded requests
   * @param since when the first of them came, or null if there is none
   * @param cacheBytes device memory that adapters had in the replays
   * @param poolBytes device memory that all requested adapters take together
   * @param targetMillis a longer stall counts as over the target
   * @param replays what each policy would have come to
   * @param measured what the policy in force has come to, or null if nothing was recorded
   */
  public record WhatIfDescriptor(
      int requests,
      @Nullable Instant since,
      long cacheBytes,
      long poolBytes,
      double targetMillis,
      List<OutcomeDescriptor> replays,
      @Nullable MeasuredDescriptor measured) {}

  /**
   * One replay as JSON.
   *
   * @param policy name of the policy
   * @param requests how many were replayed; fewer than were recorded if time was out
   * @param hitRate share whose adapter was resident
   * @param meanStallMillis wait for the adapter, on average over all requests
   * @param overTargetShare share that waited longer than the target
   * @param evictions adapters that left
   */
  public record OutcomeDescriptor(
      String policy,
      long requests,
      double hitRate,
      double meanStallMillis,
      double overTargetShare,
      long evictions) {}

  /**
   * What was measured, as JSON.
   *
   * @param policy name of the policy in force
   * @param since from when on
   * @param requests for adapters since
   * @param hitRate share whose adapter was resident
   * @param meanStallMillis wait for the adapter, on average over all requests
   * @param overTargetShare share that waited longer than the target
   */
  public record MeasuredDescriptor(
      String policy,
      Instant since,
      long requests,
      double hitRate,
      double meanStallMillis,
      double overTargetShare) {}
}
