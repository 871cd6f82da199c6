package io.chameleon.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.chameleon.adapter.pool.LoadHabits;
import io.chameleon.adapter.pool.PrefetchProperties;
import io.chameleon.admission.OutputLengthPredictor;
import io.chameleon.admission.WaitingRules;
import io.chameleon.memory.ArenaSnapshot;
import io.chameleon.request.AdapterTier;
import io.chameleon.request.InferenceRequest;
import io.chameleon.scheduling.PolicyKind;
import io.chameleon.scheduling.PolicySettings;
import io.chameleon.scheduling.SchedulingLimits;
import io.chameleon.simulation.RequestOutcome.Fate;
import io.chameleon.workload.AdapterMix;
import io.chameleon.workload.PowerPopularity;
import io.chameleon.workload.TracedRequest;
import io.chameleon.workload.Workload;
import io.chameleon.workload.WorkloadSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SimulationTest {

  private static final SimulationProfile A40 = ProfileFile.load(ProfileFile.A40);

  private static final ServiceSettings FIFO = ServiceSettings.of(PolicyKind.FIFO, A40);

  private static final AdapterMix FIVE = AdapterMix.even(5);

  private static final int LARGEST = 4;

  /** Times are rounded to nanoseconds, a few times. */
  private static final Offset<Double> EXACT = within(1e-5);

  private static SimulationResult run(TracedRequest... requests) {
    return Simulation.run(new SimulationSetup(A40, FIFO, FIVE, new Workload(List.of(requests))));
  }

  private static double ms(long nanos) {
    return nanos / 1e6;
  }

  private static double decodeMs(int position, int rank) {
    StepCost.Decode cost = A40.stepCost().decode();
    return cost.fixedMs()
        + cost.perRow()
        + cost.perContextToken() * position
        + cost.perRank() * rank;
  }

  private static WorkloadSpec spec(int requests) {
    return WorkloadSpec.paper(new PowerPopularity(1), 7).withCount(requests);
  }

  @Test
  void run_oneBaseRequest_takesItsPrefillAndItsDecodeSteps() {
    RequestOutcome only =
        run(new TracedRequest(2, 300, 3, TracedRequest.BASE_MODEL)).outcomes().getFirst();

    double prefill = A40.stepCost().prefill().alone(300, 0);
    assertThat(only.fate()).isEqualTo(Fate.FINISHED);
    assertThat(ms(only.firstTokenNanos())).isCloseTo(prefill, EXACT);
    double decode = decodeMs(300, 0) + decodeMs(301, 0);
    assertThat(ms(only.endNanos())).isCloseTo(prefill + decode, EXACT);
    assertThat(only.queueNanos()).isZero();
    assertThat(only.adapterNanos()).isZero();
    assertThat(only.adapterTier()).isNull();
  }

  @Test
  void run_oneRequestWithAColdAdapter_waitsForItsLoad() {
    RequestOutcome only = run(new TracedRequest(0, 300, 2, LARGEST)).outcomes().getFirst();

    double load = ms(A40.link().nanos(A40.model().adapterBytes(128)));
    double prefill = A40.stepCost().prefill().alone(300, 128);
    assertThat(ms(only.adapterNanos())).isCloseTo(load, EXACT);
    assertThat(ms(only.firstTokenNanos())).isCloseTo(load + prefill, EXACT);
    assertThat(ms(only.endNanos())).isCloseTo(load + prefill + decodeMs(300, 128), EXACT);
    assertThat(only.adapterTier()).isEqualTo(AdapterTier.HOST);
  }

  @Test
  void run_secondRequestOfAnAdapter_findsItOnTheDevice() {
    SimulationResult result =
        run(new TracedRequest(0, 10, 1, LARGEST), new TracedRequest(5, 10, 1, LARGEST));

    RequestOutcome second = result.outcomes().get(1);
    assertThat(second.adapterTier()).isEqualTo(AdapterTier.DEVICE);
    assertThat(second.adapterNanos()).isZero();
    assertThat(result.hitRatio()).isEqualTo(0.5);
    assertThat(result.totals().copies()).isEqualTo(1);
  }

  @Test
  void run_arrivalDuringAStep_startsWithTheNextOne() {
    SimulationResult result =
        run(
            new TracedRequest(0, 1000, 1, TracedRequest.BASE_MODEL),
            new TracedRequest(0.01, 100, 1, TracedRequest.BASE_MODEL));

    double first = A40.stepCost().prefill().alone(1000, 0);
    RequestOutcome second = result.outcomes().get(1);
    assertThat(ms(second.queueNanos())).isCloseTo(first - 10, EXACT);
    double own = A40.stepCost().prefill().alone(100, 0);
    assertThat(ms(second.firstTokenNanos())).isCloseTo(first - 10 + own, EXACT);
    assertThat(ms(result.totals().makespanNanos())).isCloseTo(first + own, EXACT);
    assertThat(result.totals().busyNanos()).isEqualTo(result.totals().makespanNanos());
  }

  @Test
  void run_requestThatWaitsUntilItIsTooLate_expiresAtThatMoment() {
    Duration deadline = Duration.ofMillis(50);
    SimulationResult result =
        Simulation.run(
            new SimulationSetup(
                A40,
                settings(PolicyKind.FIFO, WaitingRules.deadline(deadline)),
                FIVE,
                new Workload(
                    List.of(
                        new TracedRequest(0, 4000, 1, TracedRequest.BASE_MODEL),
                        new TracedRequest(0.001, 4000, 1, TracedRequest.BASE_MODEL)))));

    assertThat(result.outcomes().get(0).fate()).isEqualTo(Fate.FINISHED);
    RequestOutcome late = result.outcomes().get(1);
    assertThat(late.fate()).isEqualTo(Fate.EXPIRED);
    assertThat(late.firstTokenNanos()).isZero();
    assertThat(ms(late.endNanos()))
        .as("at the end of the step in which it became too late")
        .isLessThan(A40.stepCost().prefill().alone(4000, 0));
  }

  @Test
  void run_requestWhoseLoadTakesTooLong_expiresToTheNanosecond() {
    double load = ms(A40.link().nanos(A40.model().adapterBytes(128)));
    Duration half = Duration.ofNanos((long) (load / 2 * 1e6));
    SimulationResult result =
        Simulation.run(
            new SimulationSetup(
                A40,
                settings(PolicyKind.FIFO, WaitingRules.deadline(half)),
                FIVE,
                new Workload(List.of(new TracedRequest(0, 300, 2, LARGEST)))));

    RequestOutcome only = result.outcomes().getFirst();
    assertThat(only.fate()).isEqualTo(Fate.EXPIRED);
    assertThat(only.endNanos()).isEqualTo(half.toNanos());
  }

  @Test
  void run_withSizeClasses_tellsTheClassOfEachRequest() {
    Workload workload = spec(2000).generate(4);
    SimulationResult result =
        Simulation.run(
            new SimulationSetup(
                A40,
                settings(PolicyKind.CHAMELEON, WaitingRules.NONE),
                AdapterMix.even(100),
                workload));

    assertThat(result.count(Fate.FINISHED)).isEqualTo(2000);
    assertThat(result.outcomes().stream().mapToInt(RequestOutcome::sizeClass).distinct())
        .containsExactlyInAnyOrder(0, 1, 2, 3);
  }

  private static ServiceSettings settings(PolicyKind kind, WaitingRules waiting) {
    return ServiceSettings.of(kind, A40).with(waiting);
  }

  @Test
  void run_clientThatAllowsMore_getsNoMoreThanTheOutputHas() {
    int tenant = TracedRequest.NO_TENANT;
    SimulationResult result =
        run(new TracedRequest(0, 50, 4, 4, 0, tenant), new TracedRequest(9, 50, 4, 900, 0, tenant));

    RequestOutcome exact = result.outcomes().get(0);
    RequestOutcome generous = result.outcomes().get(1);
    long atTheDoor = exact.adapterNanos();
    assertThat(generous.endNanos()).isEqualTo(exact.endNanos() - atTheDoor);
    assertThat(generous.meanGapNanos()).isEqualTo(exact.meanGapNanos());
    assertThat(result.gaps().count()).isEqualTo(6);
  }

  @Test
  void run_requestThatEnds_teachesThePredictorItsLength() {
    List<Integer> learned = new ArrayList<>();
    ServiceSettings settings =
        new ServiceSettings(
            PolicyKind.FIFO,
            PolicySettings.DEFAULT,
            A40.limits(),
            FIFO.eviction(),
            FIFO.evictionParameters(),
            PrefetchProperties.byQueue(),
            LoadHabits.NONE,
            (truth, lengths) -> learning(learned),
            WaitingRules.NONE,
            10);
    Workload two =
        new Workload(List.of(new TracedRequest(0, 30, 4, 0), new TracedRequest(60, 30, 9, 1)));

    Simulation.run(new SimulationSetup(A40, settings, FIVE, two));

    assertThat(learned).containsExactly(4, 9);
  }

  private static OutputLengthPredictor learning(List<Integer> learned) {
    return new OutputLengthPredictor() {
      @Override
      public int predict(InferenceRequest request) {
        return 1;
      }

      @Override
      public void finished(InferenceRequest request, int outputTokens) {
        learned.add(outputTokens);
      }
    };
  }

  @Test
  void run_fullQueue_refusesAtTheDoor() {
    ServiceSettings two =
        new ServiceSettings(
            PolicyKind.FIFO,
            PolicySettings.DEFAULT,
            new SchedulingLimits(1000, 1, 1000, 256),
            FIFO.eviction(),
            FIFO.evictionParameters(),
            PrefetchProperties.byQueue(),
            LoadHabits.NONE,
            FIFO.predictor(),
            WaitingRules.NONE,
            2);
    Workload crowd = new Workload(List.of(at(0), at(0.001), at(0.002), at(0.003), at(0.004)));

    SimulationResult result = Simulation.run(new SimulationSetup(A40, two, FIVE, crowd));

    assertThat(result.count(Fate.FINISHED)).isEqualTo(3);
    assertThat(result.count(Fate.REFUSED)).isEqualTo(2);
    assertThat(result.outcomes().getFirst().request().seconds()).isEqualTo(0.003);
    assertThat(result.ttft().count()).isEqualTo(3);
  }

  @Test
  void run_requestThatIsTooLongForTheModel_isRefusedAsSuch() {
    SimulationResult result =
        run(
            new TracedRequest(0, 4_090, 7, TracedRequest.BASE_MODEL),
            new TracedRequest(0, 4_090, 6, TracedRequest.BASE_MODEL));

    assertThat(result.outcomes())
        .extracting(RequestOutcome::fate)
        .containsExactly(Fate.TOO_LONG, Fate.FINISHED);
  }

  private static TracedRequest at(double seconds) {
    return new TracedRequest(seconds, 100, 20, TracedRequest.BASE_MODEL);
  }

  /** A run ends with an error by itself if anything is lent still. */
  @Test
  void run_underOverload_endsEveryRequestOnceAndBalances() {
    SimulationSetup setup =
        new SimulationSetup(A40, FIFO, AdapterMix.even(100), spec(3000).generate(14));

    SimulationResult result = Simulation.run(setup);

    assertThat(result.outcomes()).hasSize(3000).allMatch(RequestOutcome::isFinished);
    assertThat(new HashSet<>(result.outcomes().stream().map(RequestOutcome::request).toList()))
        .hasSize(3000);
    long tokens = setup.workload().requests().stream().mapToLong(r -> r.outputTokens() - 1).sum();
    assertThat(result.gaps().count()).isEqualTo((int) tokens);
    assertThat(result.memory())
        .hasSizeGreaterThan(100)
        .allSatisfy(sample -> {
          ArenaSnapshot arena = sample.arena();
          int all = arena.free() + arena.kv() + arena.adapter() + arena.window();
          assertThat(all).isEqualTo(A40.cells());
        });
  }

  /** So little memory that sequences are put back and adapters leave all the time. */
  @Test
  void run_inATightArena_stillFinishesAll() {
    SimulationSetup setup =
        new SimulationSetup(
            A40.withCells(5_000), FIFO, AdapterMix.even(100), spec(500).generate(4));

    SimulationResult result = Simulation.run(setup);

    assertThat(result.outcomes()).hasSize(500).allMatch(RequestOutcome::isFinished);
    assertThat(result.hitRatio()).isLessThan(0.9);
    assertThat(result.totals().copies()).isGreaterThan(100);
  }

  @Test
  void run_again_givesTheSame() {
    SimulationResult first =
        Simulation.run(
            new SimulationSetup(
                A40.withCells(20_000), FIFO, AdapterMix.even(100), spec(1000).generate(9)));
    SimulationResult second =
        Simulation.run(
            new SimulationSetup(
                A40.withCells(20_000), FIFO, AdapterMix.even(100), spec(1000).generate(9)));

    assertThat(second).isEqualTo(first);
  }
}
