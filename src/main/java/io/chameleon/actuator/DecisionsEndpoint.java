package io.chameleon.actuator;

import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.adapter.catalogue.Versions;
import io.chameleon.adapter.eviction.EvictionDecision;
import io.chameleon.adapter.eviction.EvictionDecision.Considered;
import io.chameleon.adapter.eviction.EvictionLog;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * The last evictions: who left device memory, why, who else might have, and what each was worth.
 */
@Endpoint(id = "decisions")
public class DecisionsEndpoint {

  private final EvictionLog log;
  private final Supplier<? extends Versions> catalogue;
  private final EngineClock clock;

  /**
   * Makes the endpoint.
   *
   * @param log the last evictions
   * @param catalogue which names stand for which content now
   * @param clock of the engine
   */
  public DecisionsEndpoint(
      EvictionLog log, Supplier<? extends Versions> catalogue, EngineClock clock) {
    this.log = log;
    this.catalogue = catalogue;
    this.clock = clock;
  }

  /**
   * Lists them, newest first.
   *
   * @param limit how many at most
   */
  @ReadOperation
  public DecisionsDescriptor decisions(@Nullable Integer limit) {
    Map<String, List<String>> names = names();
    List<DecisionDescriptor> shown =
        log.newestFirst().stream()
            .limit(limit == null ? Long.MAX_VALUE : Math.max(0, limit))
            .map(decision -> describe(decision, names))
            .toList();
    return new DecisionsDescriptor(log.total(), shown);
  }

  private Map<String, List<String>> names() {
    return catalogue.get().versions().stream()
        .filter(version -> version.contentHash().isPresent())
        .collect(
            Collectors.groupingBy(
                version -> version.contentHash().orElseThrow(),
                Collectors.mapping(AdapterVersion::name, Collectors.toList())));
  }

  private DecisionDescriptor describe(EvictionDecision decision, Map<String, List<String>> names) {
    return new DecisionDescriptor(
        clock.at(decision.atNanos()),
        decision.reason().label(),
        decision.policy(),
        decision.bytesNeeded(),
        decision.bytesFree(),
        decision.candidates().stream().map(considered -> describe(considered, names)).toList(),
        decision.totalCandidates());
  }

  private static CandidateDescriptor describe(
      Considered considered, Map<String, List<String>> names) {
    String hash = considered.candidate().adapter();
    return new CandidateDescriptor(
        names.getOrDefault(hash, List.of()),
        hash,
        considered.candidate().rank(),
        considered.candidate().bytes(),
        considered.group().name(),
        considered.score(),
        considered.evicted());
  }

  /**
   * The last evictions as JSON.
   *
   * @param total decisions since the start
   * @param decisions those that are kept, newest first
   */
  public record DecisionsDescriptor(long total, List<DecisionDescriptor> decisions) {}

  /**
   * One decision as JSON.
   *
   * @param at when
   * @param reason why room was needed, or why the adapter had to go
   * @param policy name of the policy
   * @param bytesNeeded memory that was needed
   * @param bytesFree how much of it was free before
   * @param candidates who was considered, first those who would leave first
   * @param totalCandidates how many were considered; more than are shown, perhaps
   */
  public record DecisionDescriptor(
      Instant at,
      String reason,
      String policy,
      long bytesNeeded,
      long bytesFree,
      List<CandidateDescriptor> candidates,
      int totalCandidates) {}

  /**
   * One who was considered, as JSON.
   *
   * @param names what stands for it now; none if it was replaced or unloaded since
   * @param contentHash its identity
   * @param rank largest rank of any module
   * @param bytes device memory that it would free
   * @param group how it was protected
   * @param score what the policy said it was worth, or null if it was not asked
   * @param evicted whether it left
   */
  public record CandidateDescriptor(
      List<String> names,
      String contentHash,
      int rank,
      long bytes,
      String group,
      @Nullable Double score,
      boolean evicted) {}
}
