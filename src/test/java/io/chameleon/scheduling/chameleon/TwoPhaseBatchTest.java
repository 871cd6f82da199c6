package io.chameleon.scheduling.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TwoPhaseBatchTest {

  private QuotaLedger ledger = new QuotaLedger(100, 100, 100);
  private final Starts starts = new Starts();

  /** Starts whoever is not said to come to something else. */
  private static final class Starts implements BatchStarts<Line.Request> {
    private final Map<String, StartAttempt> outcomes = new HashMap<>();
    private final Map<String, String> bypasses = new HashMap<>();
    private final Map<String, Runnable> meanwhile = new HashMap<>();
    private final List<String> tried = new ArrayList<>();
    private final Map<String, QuotaHold> running = new LinkedHashMap<>();
    private List<Line> lines = List.of();
    private long bypassTokens = -1;

    @Override
    public long need(Line.Request request) {
      return request.need();
    }

    @Override
    public StartAttempt start(Line.Request request) {
      tried.add(request.name());
      meanwhile.getOrDefault(request.name(), () -> {}).run();
      StartAttempt outcome = outcomes.getOrDefault(request.name(), StartAttempt.STARTED);
      if (outcome == StartAttempt.STARTED || outcome == StartAttempt.REFUSED) {
        lines.forEach(line -> line.remove(request));
      }
      return outcome;
    }

    @Override
    public void started(Line.Request request, QuotaHold hold) {
      running.put(request.name(), hold);
    }

    @Override
    public Line.Request bypass(Line.Request head, long tokens) {
      bypassTokens = tokens;
      return lines.stream()
          .flatMap(line -> line.waiting().stream())
          .filter(request -> request.name().equals(bypasses.get(head.name())))
          .findFirst()
          .orElse(null);
    }
  }

  private void form(Line... lines) {
    starts.lines = List.of(lines);
    starts.tried.clear();
    new TwoPhaseBatch<Line.Request>(ledger).form(starts.lines, starts);
  }

  @AfterEach
  void sums_areExact() {
    ledger.checkIntegrity();
  }

  @Test
  void ownQuota_inOrderOfArrival_isFilledUpToTheFirstThatDoesNotFit() {
    // 60 + 30 = 90 of 100; s3 needs 20 of the 10 left and stops s4, which would fit.
    Line small = Line.of("s", 60, 30, 20, 10);
    Line medium = Line.of("m", 200);
    form(small, medium, Line.of("l", 101, 1));

    assertThat(starts.running.keySet()).containsExactly("s1", "s2", "m1", "l1");
    assertThat(small.names()).containsExactly("s3", "s4");
    assertThat(ledger.available(0)).isEqualTo(10);
  }

  @Test
  void blockedHead_keepsItsRemainder() {
    // All three heads are blocked: 100 - 60, 100 - 70 and 100 - 80 are left, and nobody lends.
    form(Line.of("s", 60, 50), Line.of("m", 70, 35), Line.of("l", 80, 30));

    assertThat(starts.running.keySet()).containsExactly("s1", "m1", "l1");
    assertThat(ledger.available(0)).isEqualTo(40);
    assertThat(ledger.available(1)).isEqualTo(30);
    assertThat(ledger.available(2)).isEqualTo(20);
  }

  @Test
  void emptyClass_lendsItsRemainderToTheSmallestFirst() {
    // The large class is empty and lends 100: s2 takes 50 of it, m2 40; 10 are too few for m3.
    Line medium = Line.of("m", 70, 40, 35);
    form(Line.of("s", 60, 50), medium, Line.of("l"));

    assertThat(starts.running.keySet()).containsExactly("s1", "m1", "s2", "m2");
    assertThat(medium.names()).containsExactly("m3");
    assertThat(ledger.usage(2)).isEqualTo(new ClassUsage(100, 0, 90, 0, 0, 0, 0));
    // Both keep the remainders of their own quotas, 40 and 30, for their heads.
    assertThat(ledger.usage(0)).isEqualTo(new ClassUsage(100, 60, 0, 50, 0, 0, 2));
    assertThat(ledger.usage(1)).isEqualTo(new ClassUsage(100, 70, 0, 40, 0, 0, 2));
  }

  @Test
  void classThatHasEmptiedItself_lendsWhatItDidNotUse() {
    // Small: 30 of 100 used and empty, lends 70; large is empty, lends 100; m2 needs 150 of 170.
    form(Line.of("s", 30), Line.of("m", 90, 150), Line.of("l"));

    assertThat(starts.running.keySet()).containsExactly("s1", "m1", "m2");
    // The large class lends first, all of its 100, and the small one 50.
    assertThat(ledger.usage(2).lent()).isEqualTo(100);
    assertThat(ledger.usage(0)).isEqualTo(new ClassUsage(100, 30, 50, 0, 0, 0, 1));
  }

  @Test
  void loan_thatCouldOnlyCoverPart_isNotMadeUpFromTheOwnRemainder() {
    // l2 needs 130: 20 are left of its own and 120 are spare, but each part alone is too little.
    ledger = new QuotaLedger(60, 60, 100);
    Line large = Line.of("l", 80, 130);
    form(Line.of("s"), Line.of("m"), large);

    assertThat(large.names()).containsExactly("l2");
    assertThat(ledger.available(2)).isEqualTo(20);
  }

  @Test
  void tokensLent_comeBackToTheirLendersAtTheEnd() {
    form(Line.of("s"), Line.of("m"), Line.of("l", 100, 150));
    // 100 of the medium class and 50 of the small one.
    assertThat(ledger.available(0)).isEqualTo(50);
    assertThat(ledger.available(1)).isZero();
    form(Line.of("s", 60), Line.of("m", 10), Line.of("l"));
    assertThat(starts.running.keySet()).containsExactly("l1", "l2");

    ledger.release(starts.running.remove("l2"));
    form(Line.of("s", 60), Line.of("m", 10), Line.of("l"));

    assertThat(starts.running.keySet()).containsExactly("l1", "s1", "m1");
  }

  @Test
  void requestLargerThanItsQuota_startsWhenItsClassIsIdle() {
    Line large = Line.of("l", 250, 10);
    form(Line.of("s", 60, 60), Line.of("m", 60, 60), large);

    assertThat(starts.running.keySet()).containsExactly("s1", "m1", "l1");
    assertThat(ledger.usage(2)).isEqualTo(new ClassUsage(100, 250, 0, 0, 150, 0, 1));
    form(Line.of("s", 41), Line.of("m", 41), large);
    assertThat(large.names()).containsExactly("l2");

    ledger.release(starts.running.remove("l1"));
    form(Line.of("s", 41), Line.of("m", 41), large);
    assertThat(starts.running.keySet()).containsExactly("s1", "m1", "l2");
  }

  @Test
  void requestBeingLoaded_isPassedAndKeepsItsClaim() {
    // s1 is being loaded and will need 60, so of 100 there are 40 for s2, 30, but not for s3, 20.
    starts.outcomes.put("s1", StartAttempt.LOADING);
    Line small = Line.of("s", 60, 30, 20);
    form(small, Line.of("m", 101, 1), Line.of("l", 101, 1));

    assertThat(starts.running.keySet()).containsExactly("s2", "m1", "l1");
    assertThat(small.names()).containsExactly("s1", "s3");
    assertThat(ledger.available(0)).isEqualTo(70);
    starts.outcomes.clear();
    form(small, Line.of("m", 9), Line.of("l", 9));
    assertThat(starts.running.keySet()).contains("s1");
    assertThat(ledger.available(0)).isEqualTo(10);
  }

  @Test
  void requestLargerThanItsQuota_doesNotPassOneBeingLoaded() {
    // Alone in its class s2 could start, but then the claim of s1 would be gone.
    starts.outcomes.put("s1", StartAttempt.LOADING);
    Line small = Line.of("s", 60, 150);
    form(small, Line.of("m", 101, 1), Line.of("l", 101, 1));

    assertThat(starts.tried).containsExactly("s1", "m1", "l1");
    assertThat(small.names()).containsExactly("s1", "s2");
  }

  @Test
  void classOfRequestsBeingLoadedAlone_lendsWhatTheyDoNotClaim() {
    starts.outcomes.put("s1", StartAttempt.LOADING);
    // Small lends 100 - 60 = 40: m2 needs 40, and then nothing is left for l2.
    Line large = Line.of("l", 90, 11);
    form(Line.of("s", 60), Line.of("m", 90, 40), large);

    assertThat(starts.running.keySet()).containsExactly("m1", "l1", "m2");
    assertThat(large.names()).containsExactly("l2");
    assertThat(ledger.available(0)).isEqualTo(60);
  }

  @Test
  void requestBeingLoaded_claimsWhatIsLentToo() {
    // Large lends 100: s2 is being loaded and claims 70; s3 gets 30 of it, and s4 nothing.
    starts.outcomes.put("s2", StartAttempt.LOADING);
    Line small = Line.of("s", 100, 70, 30, 1);
    form(small, Line.of("m", 101, 1), Line.of("l"));

    assertThat(starts.running.keySet()).containsExactly("s1", "m1", "s3");
    assertThat(small.names()).containsExactly("s2", "s4");
    assertThat(ledger.usage(2).lent()).isEqualTo(30);
  }

  @Test
  void refusedRequest_takesNoTokens() {
    starts.outcomes.put("s1", StartAttempt.REFUSED);
    Line small = Line.of("s", 60, 100);
    form(small, Line.of("m"), Line.of("l"));

    assertThat(starts.running.keySet()).containsExactly("s2");
    assertThat(small.names()).isEmpty();
  }

  @Test
  void headWithoutMemory_blocksItsClassAlone() {
    // s1 keeps its class's 100; the medium class is empty and lends 100, but not to the small one.
    starts.outcomes.put("s1", StartAttempt.NO_ROOM);
    Line small = Line.of("s", 60, 10);
    form(small, Line.of("m"), Line.of("l", 90, 50));

    assertThat(starts.tried).containsExactly("s1", "l1", "l2");
    assertThat(starts.running.keySet()).containsExactly("l1", "l2");
    assertThat(small.names()).containsExactly("s1", "s2");
    assertThat(ledger.available(0)).isEqualTo(100);
    assertThat(ledger.usage(1).lent()).isEqualTo(50);
  }

  @Test
  void headWithoutMemory_isPassedByTheOneThatMay() {
    starts.outcomes.put("s1", StartAttempt.NO_ROOM);
    starts.bypasses.put("s1", "s3");
    Line small = Line.of("s", 60, 70, 80, 10);
    form(small, Line.of("m", 101, 1), Line.of("l", 101, 1));

    assertThat(starts.bypassTokens).isEqualTo(100);
    assertThat(starts.running.keySet()).containsExactly("s3", "m1", "l1");
    assertThat(small.names()).containsExactly("s1", "s2", "s4");
    assertThat(ledger.available(0)).isEqualTo(20);
  }

  @Test
  void bypass_thatTheQuotaOrMemoryDoesNotAllow_doesNotStart() {
    starts.outcomes.put("s1", StartAttempt.NO_ROOM);
    starts.outcomes.put("m1", StartAttempt.NO_ROOM);
    starts.outcomes.put("m2", StartAttempt.NO_ROOM);
    starts.bypasses.put("s1", "s2");
    starts.bypasses.put("m1", "m2");
    form(Line.of("s", 60, 101), Line.of("m", 60, 30), Line.of("l"));

    assertThat(starts.tried).containsExactly("s1", "m1", "m2");
    assertThat(starts.running).isEmpty();
    assertThat(ledger.running()).isZero();
  }

  @Test
  void lentPhase_withoutMemory_goesOnWithTheNextClass() {
    starts.outcomes.put("s2", StartAttempt.NO_ROOM);
    starts.bypasses.put("s2", "s3");
    form(Line.of("s", 90, 50, 10), Line.of("m", 90, 50), Line.of("l"));

    assertThat(starts.tried).containsExactly("s1", "m1", "s2", "m2");
    assertThat(starts.running.keySet()).containsExactly("s1", "m1", "m2");
  }

  @Test
  void fullBatch_endsThePass() {
    starts.outcomes.put("m1", StartAttempt.FULL);
    Line medium = Line.of("m", 60, 10);
    form(Line.of("s", 60, 50), medium, Line.of("l", 10));

    assertThat(starts.tried).containsExactly("s1", "m1");
    assertThat(medium.names()).containsExactly("m1", "m2");
    assertThat(ledger.running()).isEqualTo(1);
  }

  @Test
  void overdrawnClass_startsAndLendsNothing() {
    ledger.overrun(ledger.hold(0, 100), 20);
    Line small = Line.of("s", 1);
    form(small, Line.of("m", 101, 1), Line.of("l", 101, 1));
    assertThat(small.names()).containsExactly("s1");

    starts.running.values().forEach(ledger::release);
    form(Line.of("s"), Line.of("m", 100, 1), Line.of("l", 100, 1));
    assertThat(starts.tried).containsExactly("m1", "l1");
  }

  @Test
  void quotasThatHaveChanged_areThoseOfTheNextPass() {
    var batch = new TwoPhaseBatch<Line.Request>(ledger);
    starts.lines = List.of(Line.of("s", 60), Line.of("m", 60), Line.of("l", 60));
    batch.form(starts.lines, starts);
    ledger.reconfigure(100, 150);

    // The large class's 60 are now of class 1, beside its own 60: 30 are left, and class 0 lends
    // 40.
    starts.lines = List.of(Line.of("a"), Line.of("b", 30, 40, 1));
    batch.form(starts.lines, starts);

    assertThat(starts.running.keySet()).containsExactly("s1", "m1", "l1", "b1", "b2");
    assertThat(ledger.usage(0)).isEqualTo(new ClassUsage(100, 60, 40, 0, 0, 0, 1));
    assertThat(ledger.usage(1)).isEqualTo(new ClassUsage(150, 150, 0, 40, 0, 0, 4));
  }

  @Test
  void requestPutBackDuringThePass_toAClassThatLends_waitsForTheNext() {
    // The small class lends 90 and the large one 100: m2 takes 50, and s2 came too late.
    Line small = Line.of("s", 10);
    starts.meanwhile.put("m1", () -> small.add(new Line.Request("s2", 20)));
    form(small, Line.of("m", 60, 50), Line.of("l"));

    assertThat(starts.running.keySet()).containsExactly("s1", "m1", "m2");
    assertThat(small.names()).containsExactly("s2");
  }

  @Test
  void queues_notAsManyAsClasses_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> form(Line.of("s")))
        .withMessage("there are 1 queues; there must be one for each of 3 classes");
  }

  @Test
  void startedRequest_thatStillWaits_isFound() {
    Line stuck = Line.of("s", 10);
    assertThatIllegalStateException()
        .isThrownBy(() ->
            new TwoPhaseBatch<Line.Request>(ledger)
                .form(List.of(stuck, Line.of("m"), Line.of("l")), starts))
        .withMessageContaining("was taken and still waits");
  }
}
