package io.chameleon.adapter.eviction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.eviction.EvictionDecision.Considered;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VictimChooserTest {

  private final FixedScores policy = new FixedScores();

  private final VictimChooser chooser = new VictimChooser(policy);

  @Test
  void choose_lowestScoresFirst_asFewAsNeeded() {
    List<EvictionCandidate> idle = List.of(one("a", 5, 10), one("b", 1, 10), one("c", 3, 10));

    VictimChoice choice = choose(15, 0, idle, List.of());

    assertThat(names(choice)).containsExactly("b", "c");
    assertThat(choice.sufficient()).isTrue();
  }

  @Test
  void choose_whereALaterOneIsLarge_sparesTheNeedlessBestFirst() {
    List<EvictionCandidate> idle =
        List.of(one("a", 1, 10), one("b", 2, 10), one("c", 3, 5), one("d", 4, 100));

    assertThat(names(choose(121, 0, idle, List.of()))).containsExactly("a", "b", "c", "d");
    assertThat(names(choose(120, 0, idle, List.of()))).containsExactly("a", "b", "d");
    assertThat(names(choose(110, 0, idle, List.of()))).containsExactly("a", "d");
    assertThat(names(choose(100, 0, idle, List.of()))).containsExactly("d");
  }

  @Test
  void choose_countsWhatIsFree() {
    List<EvictionCandidate> idle = List.of(one("a", 1, 10), one("b", 2, 10));

    assertThat(names(choose(25, 15, idle, List.of()))).containsExactly("a");
    assertThat(names(choose(25, 25, idle, List.of()))).isEmpty();
    assertThat(choose(25, 25, idle, List.of()).sufficient()).isTrue();
  }

  @Test
  void choose_wanted_onlyWhereTheOthersDoNotDo() {
    List<EvictionCandidate> idle = List.of(one("a", 9, 10), one("b", 8, 10));
    List<EvictionCandidate> wanted = List.of(one("c", 1, 10), one("d", 2, 10));

    assertThat(names(choose(20, 0, idle, wanted))).containsExactly("b", "a");
    assertThat(names(choose(21, 0, idle, wanted))).containsExactly("b", "a", "c");
  }

  @Test
  void choose_equalScores_leaveInTheOrderGiven() {
    List<EvictionCandidate> idle = List.of(one("x", 1, 10), one("a", 1, 10), one("m", 1, 10));

    assertThat(names(choose(20, 0, idle, List.of()))).containsExactly("x", "a");
  }

  @Test
  void choose_whereAllDoNotDo_saysSo() {
    VictimChoice choice = choose(100, 0, List.of(one("a", 1, 10)), List.of(one("b", 1, 10)));

    assertThat(choice.sufficient()).isFalse();
    assertThat(names(choice)).containsExactly("a", "b");
  }

  @Test
  void choose_anyCandidates_takesNoneThatCouldBeSpared() {
    Random random = new Random(7);
    for (int round = 0; round < 5_000; round++) {
      List<EvictionCandidate> idle = some("i", random);
      List<EvictionCandidate> wanted = some("w", random);
      long needed = random.nextLong(300);
      VictimChoice choice = choose(needed, 0, idle, wanted);

      long freed = bytes(choice.victims());
      assertThat(choice.sufficient()).isEqualTo(bytes(idle) + bytes(wanted) >= needed);
      if (choice.sufficient()) {
        assertThat(freed).as("seed 7, round %d", round).isGreaterThanOrEqualTo(needed);
        assertThat(choice.victims()).allMatch(victim -> freed - victim.bytes() < needed);
      }
      if (bytes(idle) >= needed) {
        assertThat(choice.victims()).noneMatch(wanted::contains);
      }
    }
  }

  @Test
  void decision_tellsWhoWasConsideredAndWhoLeft() {
    EvictionCandidate a = one("a", 2, 10);
    EvictionCandidate b = one("b", 1, 10);
    EvictionCandidate c = one("c", 0, 10);

    EvictionDecision decision = choose(12, 2, List.of(a, b), List.of(c)).decision();

    assertThat(decision)
        .isEqualTo(
            new EvictionDecision(
                42,
                EvictionReason.KV,
                "fixed",
                12,
                2,
                List.of(
                    new Considered(b, ProtectionGroup.IDLE, 1.0, true),
                    new Considered(a, ProtectionGroup.IDLE, 2.0, false),
                    new Considered(c, ProtectionGroup.WANTED, 0.0, false)),
                3));
  }

  @Test
  void decision_ofManyCandidates_keepsThoseThatWouldLeaveFirst() {
    List<EvictionCandidate> idle =
        IntStream.range(0, 100).mapToObj(i -> one("a" + i, 100 - i, 10)).toList();

    EvictionDecision decision = choose(10, 0, idle, List.of()).decision();

    assertThat(decision.totalCandidates()).isEqualTo(100);
    assertThat(decision.candidates()).hasSize(EvictionDecision.MOST_CANDIDATES);
    assertThat(decision.candidates().getFirst().candidate().adapter()).isEqualTo("a99");
    assertThat(decision.candidates().getLast().candidate().adapter()).isEqualTo("a68");
  }

  @Test
  void decision_ofManyVictims_keepsThemAll() {
    List<EvictionCandidate> idle =
        IntStream.range(0, 100).mapToObj(i -> one("a" + i, i, 10)).toList();

    EvictionDecision decision = choose(500, 0, idle, List.of()).decision();

    assertThat(decision.candidates()).hasSize(50).allMatch(Considered::evicted);
  }

  @Test
  void need_ofAReasonWithoutChoice_isRefused() {
    assertThatThrownBy(() -> new EvictionNeed(EvictionReason.REPLACED, 1, 0))
        .hasMessage("nobody is chosen for reason REPLACED");
    assertThatThrownBy(() -> new EvictionNeed(EvictionReason.KV, -1, 0))
        .hasMessageContaining("-1 bytes needed");
  }

  private VictimChoice choose(
      long needed, long free, List<EvictionCandidate> idle, List<EvictionCandidate> wanted) {
    return chooser.choose(new EvictionNeed(EvictionReason.KV, needed, free), idle, wanted, 42);
  }

  private EvictionCandidate one(String name, double score, long bytes) {
    policy.scores.put(name, score);
    return new EvictionCandidate(name, 8, bytes);
  }

  private List<EvictionCandidate> some(String prefix, Random random) {
    List<EvictionCandidate> some = new ArrayList<>();
    int count = random.nextInt(8);
    for (int i = 0; i < count; i++) {
      some.add(one(prefix + i, random.nextInt(4), 1 + random.nextLong(50)));
    }
    return some;
  }

  private static long bytes(List<EvictionCandidate> candidates) {
    return candidates.stream().mapToLong(EvictionCandidate::bytes).sum();
  }

  private static List<String> names(VictimChoice choice) {
    return choice.victims().stream().map(EvictionCandidate::adapter).toList();
  }

  /** Scores as they were set. */
  private static final class FixedScores implements EvictionPolicy {

    private final Map<String, Double> scores = new TreeMap<>();

    @Override
    public String name() {
      return "fixed";
    }

    @Override
    public void requested(String adapter, long nowNanos) {}

    @Override
    public void loaded(EvictionCandidate candidate, long loadNanos, long nowNanos) {}

    @Override
    public void evicted(String adapter, long nowNanos) {}

    @Override
    public double[] scores(List<EvictionCandidate> candidates, long nowNanos) {
      return candidates.stream()
          .mapToDouble(candidate -> scores.getOrDefault(candidate.adapter(), 0.0))
          .toArray();
    }
  }
}
