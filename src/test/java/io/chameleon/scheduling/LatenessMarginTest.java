package io.chameleon.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** How much later than expected first tokens may be. */
class LatenessMarginTest {

  private static final long MS = 1_000_000;

  private static final long SEED = 20_261_130;

  private final LatenessMargin margin = new LatenessMargin();

  private final SplittableRandom random = new SplittableRandom(SEED);

  private long now;

  @Test
  void margin_whereNothingIsLate_isNone() {
    for (int i = 0; i < 100; i++) {
      margin.observed(-5 * MS, now);
    }

    assertThat(margin.nanos(now)).isZero();
  }

  @Test
  void margin_ofRandomErrors_coversWhatItIsTo() {
    LongSupplier error = () -> random.nextLong(-50 * MS, 100 * MS);
    run(2_000, error);

    double covered = run(20_000, error);

    System.out.printf("seed %d: %.4f covered by %d ns%n", SEED, covered, margin.nanos(now));
    assertThat(covered).isCloseTo(LatenessMargin.COVERAGE, within(0.01));
  }

  @Test
  void margin_whenErrorsGrowTenfold_followsWithinAHundredRequests() {
    run(2_000, () -> random.nextLong(0, 20 * MS));
    run(100, () -> random.nextLong(0, 200 * MS));

    assertThat(run(2_000, () -> random.nextLong(0, 200 * MS))).isGreaterThan(0.97);
  }

  @Test
  void margin_ofWhatIsLongAgo_isForgotten() {
    run(500, () -> random.nextLong(0, 100 * MS));
    assertThat(margin.nanos(now)).isGreaterThan(90 * MS);

    now += LatenessMargin.MEMORY.toNanos() + 1;

    assertThat(margin.nanos(now)).isZero();
  }

  @Test
  void margin_ofOneRequest_isItsLateness() {
    margin.observed(70 * MS, now);

    assertThat(margin.nanos(now)).isEqualTo(70 * MS);
  }

  /** The share of requests that were not later than the margin when they were let in. */
  private double run(int requests, LongSupplier error) {
    int covered = 0;
    for (int i = 0; i < requests; i++) {
      now += 10 * MS;
      long late = error.getAsLong();
      covered += late <= margin.nanos(now) ? 1 : 0;
      margin.observed(late, now);
    }
    return (double) covered / requests;
  }
}
