package io.chameleon.scheduling;

import static io.chameleon.scheduling.Sequences.adapted;
import static io.chameleon.scheduling.Sequences.preempted;
import static io.chameleon.scheduling.Sequences.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Peaks by hand. A sequence of prompt p and declared output m that has generated g still takes r =
 * m - g - 1 cells beside its u = p + g + 1, written (r, u).
 */
class WorstCaseFitTest {

  private final WorstCaseFit fit = new WorstCaseFit();

  @Test
  void peak_ofTwo_isHeldWhenTheShorterEnds() {
    // (4, 11): 4 + 11 = 15; (2, 21): 2 * 2 + 11 + 21 = 36.
    assertThat(fits(36, List.of(waiting(10, 5)), waiting(20, 3))).as("strictly less").isFalse();
    assertThat(fits(37, List.of(waiting(10, 5)), waiting(20, 3))).isTrue();
  }

  @Test
  void peak_isTheSameInAnyOrderOfComing() {
    assertThat(fits(36, List.of(waiting(20, 3)), waiting(10, 5))).isFalse();
    assertThat(fits(37, List.of(waiting(20, 3)), waiting(10, 5))).isTrue();
  }

  @Test
  void peak_inTheMiddle_isFound() {
    // (9, 2): 11; (8, 2): 16 + 4 = 20; (0, 3): 0 + 7 = 7.
    List<Sequence> running = List.of(waiting(2, 1), waiting(1, 10));

    assertThat(fits(20, running, waiting(1, 9))).isFalse();
    assertThat(fits(21, running, waiting(1, 9))).isTrue();
  }

  @Test
  void tokensGenerated_areUsedAndNoMoreToCome() {
    // Prompt 10, 5 declared, 2 generated: (2, 13), peak 15; as new, (4, 11), it is 15 as well.
    // Beside (2, 21): 2 + 13 = 15; 2 * 2 + 34 = 38.
    List<Sequence> running = List.of(preempted(waiting(10, 5), 2));

    assertThat(fits(38, running, waiting(20, 3))).isFalse();
    assertThat(fits(39, running, waiting(20, 3))).isTrue();
  }

  @Test
  void adapter_ofTwoSequences_isCountedOnce() {
    // The peak is 36, the adapter 7.
    List<Sequence> running = List.of(adapted("a", 7, 10, 5));

    assertThat(fits(43, running, adapted("a", 7, 20, 3))).isFalse();
    assertThat(fits(44, running, adapted("a", 7, 20, 3))).isTrue();
  }

  @Test
  void adapters_thatDiffer_areBothCounted() {
    List<Sequence> running = List.of(adapted("a", 7, 10, 5));

    assertThat(fits(48, running, adapted("b", 5, 20, 3))).isFalse();
    assertThat(fits(49, running, adapted("b", 5, 20, 3))).isTrue();
  }

  @Test
  void sequenceRefused_leavesNothingBehindInTheSums() {
    fit.reset(40, List.of(waiting(10, 5)));
    assertThat(fit.tryAdd(waiting(20, 3))).isTrue();

    // (3, 30) goes between the two: 2 * 3 + 41 = 47.
    assertThat(fit.tryAdd(waiting(29, 4))).isFalse();
    assertThat(fit.tryAdd(waiting(100, 50))).as("before both").isFalse();

    // (0, 2): 36 stays, then 0 + 34 = 34; (0, 7) after it: 41.
    assertThat(fit.tryAdd(waiting(1, 1))).isTrue();
    assertThat(fit.tryAdd(waiting(6, 1))).isFalse();
    // (0, 5): 39.
    assertThat(fit.tryAdd(waiting(4, 1))).isTrue();
  }

  @Test
  void reset_forgetsTheLastLook() {
    fit.reset(100, List.of(adapted("a", 50, 30, 3)));
    assertThat(fit.tryAdd(waiting(30, 1))).isFalse();

    fit.reset(100, List.of());

    assertThat(fit.tryAdd(waiting(98, 1))).as("(0, 99)").isTrue();
    assertThat(fit.tryAdd(waiting(1, 1))).isFalse();
  }

  @Test
  void sequences_manyMoreThanAtFirst_areAllCounted() {
    // 200 of (0, 2).
    List<Sequence> running = Collections.nCopies(199, waiting(1, 1));

    assertThat(fits(400, running, waiting(1, 1))).isFalse();
    assertThat(fits(401, running, waiting(1, 1))).isTrue();
  }

  private boolean fits(int capacity, List<Sequence> running, Sequence next) {
    fit.reset(capacity, running);
    return fit.tryAdd(next);
  }
}
