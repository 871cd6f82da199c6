package io.chameleon.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.admission.WaitingRules;
import io.chameleon.scheduling.PolicyKind;
import io.chameleon.simulation.RequestOutcome.Fate;
import io.chameleon.workload.AdapterMix;
import io.chameleon.workload.PowerPopularity;
import io.chameleon.workload.Workload;
import io.chameleon.workload.WorkloadSpec;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Ten times as many requests as can be served, each with a deadline, on the virtual clock. They
 * come from one moment to the next, when nothing is known yet of how a queue moves; what is let in
 * then is not held against anybody.
 */
class OverloadTest {

  private static final long SEED = 11;

  private static final double RATE = 100;

  private static final int REQUESTS = 6_000;

  private static final double RUSH_SECONDS = 5;

  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private static final SimulationProfile A40 = ProfileFile.load(ProfileFile.A40);

  private static final AdapterMix ADAPTERS = AdapterMix.even(100);

  private static final Workload CROWD =
      WorkloadSpec.paper(new PowerPopularity(1), SEED).withCount(REQUESTS).generate(RATE);

  @ParameterizedTest
  @EnumSource(
      value = PolicyKind.class,
      names = {"FIFO", "CHAMELEON"})
  void requests_tenTimesWhatCanBeServed_thatAreLetInMeetTheirDeadline(PolicyKind kind) {
    SimulationResult result = run(kind, WaitingRules.deadline(DEADLINE));

    List<RequestOutcome> known =
        result.outcomes().stream().filter(o -> o.request().seconds() >= RUSH_SECONDS).toList();
    double finished = count(known, RequestOutcome::isFinished);
    double inTime = count(known, o -> o.isFinished() && o.firstTokenNanos() <= DEADLINE.toNanos());
    double expired = count(known, o -> o.fate() == Fate.EXPIRED);
    System.out.printf(
        "%s, seed %d: of %d requests after the first %.0f s %.0f finished, %.0f of them in time,"
            + " and %.0f expired; in all %d finished and %d expired%n",
        kind.propertyName(),
        SEED,
        known.size(),
        RUSH_SECONDS,
        finished,
        inTime,
        expired,
        result.count(Fate.FINISHED),
        result.count(Fate.EXPIRED));
    assertThat(inTime / finished).as("in time").isGreaterThanOrEqualTo(0.99);
    assertThat(inTime / (finished + expired)).as("let in and in time").isGreaterThan(0.98);
    assertThat(result.throughput())
        .as("requests a second, against those without a deadline")
        .isGreaterThan(0.9 * run(kind, WaitingRules.NONE).throughput());
  }

  private static double count(List<RequestOutcome> outcomes, Predicate<RequestOutcome> which) {
    return outcomes.stream().filter(which).count();
  }

  private static SimulationResult run(PolicyKind kind, WaitingRules waiting) {
    ServiceSettings settings = ServiceSettings.of(kind, A40).with(waiting);
    return Simulation.run(new SimulationSetup(A40, settings, ADAPTERS, CROWD));
  }
}
