package io.chameleon.scheduling.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QuotaFormulaTest {

  private static final long SEED = 7;

  /** 100 * 2 * (1/5 + 1) = 240 and 400 * 5 * (1/5 + 0.2) = 800. */
  private static final List<QueueDemand> TWO =
      List.of(new QueueDemand(100, 2, 1), new QueueDemand(400, 5, 0.2));

  private final QuotaFormula descending =
      new QuotaFormula(Duration.ofSeconds(5), InitialWeights.DESCENDING);

  private final QuotaFormula proportional =
      new QuotaFormula(Duration.ofSeconds(5), InitialWeights.PROPORTIONAL);

  @Test
  void need_ofAClass_keepsItsMeanTimeWithinTheObjective() {
    assertThat(TWO.get(0).leastTokens(5)).isCloseTo(240, within(1e-9));
    assertThat(TWO.get(1).leastTokens(5)).isCloseTo(800, within(1e-9));
    // Served with these, mu = 240 / (100 * 2) = 1.2 a second, and 1 / (1.2 - 1) is 5 s.
    assertThat(1 / (TWO.get(0).leastTokens(5) / (100 * 2) - 1)).isCloseTo(5, within(1e-9));
  }

  @Test
  void rest_withDescendingWeights_goesMostlyToSmallRequests() {
    // 2000 - 1040 = 960, as 2 : 1, so 240 + 640 and 800 + 320.
    assertThat(descending.quotas(TWO, 2000)).containsExactly(880, 1120);
  }

  @Test
  void rest_withProportionalWeights_scalesTheNeeds() {
    // 240 * 2000/1040 = 461.54 and 800 * 2000/1040 = 1538.46; the token left goes to the first.
    assertThat(proportional.quotas(TWO, 2000)).containsExactly(462, 1538);
  }

  @Test
  void needs_ofExactlyTheTotal_areTheQuotas() {
    assertThat(descending.quotas(TWO, 1040)).containsExactly(240, 800);
  }

  @Test
  void overload_aboveLargestRequests_scalesAll() {
    // 520/1040 = 0.5: 120, at least 100, and 400, at least 400.
    assertThat(descending.quotas(TWO, 520)).containsExactly(120, 400);
  }

  @Test
  void overload_belowALargestRequest_holdsItAndScalesTheOthers() {
    // 50 * 10 * 1.2 = 600, 50 * 5 * 1.2 = 300, 90 * 1 * 1.2 = 108, together 1008.
    List<QueueDemand> three =
        List.of(new QueueDemand(50, 10, 1), new QueueDemand(50, 5, 1), new QueueDemand(90, 1, 1));

    // 504/1008 would give the third 54, less than 90; of the 414 left, the others get 0.46.
    assertThat(descending.quotas(three, 504)).containsExactly(276, 138, 90);
    // Of 200 the third gets 90; 110/900 would give the second 36.7, so 50, and the first 60.
    assertThat(descending.quotas(three, 200)).containsExactly(60, 50, 90);
  }

  @Test
  void overload_belowAllLargestRequests_givesEachItsOwn() {
    // 100 + 400 is more than 450: the one case where the sum exceeds the total.
    assertThat(descending.quotas(TWO, 450)).containsExactly(100, 400);
    assertThat(descending.quotas(TWO, 500)).containsExactly(100, 400);
  }

  @Test
  void demand_ofNothing_sharesByWeightsOrEvenly() {
    List<QueueDemand> nothing = List.of(new QueueDemand(0, 0, 0), new QueueDemand(0, 0, 0));

    assertThat(descending.quotas(nothing, 30)).containsExactly(20, 10);
    assertThat(proportional.quotas(nothing, 31)).containsExactly(16, 15);
  }

  @Test
  void equal_ofATotalThatDoesNotDivide_givesTheFirstOneMore() {
    assertThat(QuotaFormula.equal(4, 10)).containsExactly(3, 3, 2, 2);
    assertThat(QuotaFormula.equal(1, 10)).containsExactly(10);
  }

  @Test
  void quotas_ofRandomDemands_addUpToTheTotal() {
    System.out.println("seed " + SEED);
    var random = new SplittableRandom(SEED);
    for (int round = 0; round < 100_000; round++) {
      List<QueueDemand> demands = demands(random);
      long total = random.nextLong(1, 20_000);
      QuotaFormula formula = random.nextBoolean() ? descending : proportional;
      long[] quotas = formula.quotas(demands, total);

      long largest = demands.stream().mapToLong(QueueDemand::largestTokens).sum();
      double needed = demands.stream().mapToDouble(demand -> demand.leastTokens(5)).sum();
      long sum = Arrays.stream(quotas).sum();
      assertThat(sum)
          .as("%s of %d", demands, total)
          .isEqualTo(needed > total ? Math.max(total, largest) : total);
      assertThat(quotas).as("%s of %d", demands, total).matches(q -> isEnough(q, demands, total));
    }
  }

  /** Each gets what it needs, or in overload at least its largest request. */
  private static boolean isEnough(long[] quotas, List<QueueDemand> demands, long total) {
    double needed = demands.stream().mapToDouble(demand -> demand.leastTokens(5)).sum();
    return IntStream.range(0, quotas.length)
        .allMatch(i ->
            needed > total
                ? quotas[i] >= demands.get(i).largestTokens()
                : quotas[i] >= Math.floor(demands.get(i).leastTokens(5)));
  }

  @Test
  void formula_ofNonsense_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new QuotaFormula(Duration.ZERO, InitialWeights.DESCENDING))
        .withMessageContaining("slo is PT0S; it must be over 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> descending.quotas(TWO, 0))
        .withMessageContaining("2 classes are to share 0 tokens");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new QueueDemand(-1, 0, 0))
        .withMessageContaining("-1 tokens");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new QueueDemand(1, Double.NaN, 0))
        .withMessageContaining("the mean time is NaN s");
  }

  private static List<QueueDemand> demands(SplittableRandom random) {
    return IntStream.range(0, random.nextInt(1, 5))
        .mapToObj(i ->
            new QueueDemand(random.nextInt(1, 3_000), random.nextDouble(8), random.nextDouble(3)))
        .toList();
  }
}
