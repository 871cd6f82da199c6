package io.chameleon.scheduling.chameleon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random operations on a ledger beside a model that only knows who runs with how many tokens. */
class QuotaLedgerPropertiesTest {

  private static final long SEED = 20_251_018;

  private static final int OPERATIONS = 100_000;

  /** A running request, as the test knows it. */
  private static final class Run {
    private final QuotaHold hold;
    private final long excess;
    private int queue;
    private long tokens;
    private long overrun;

    Run(QuotaHold hold, int queue, long tokens, long excess) {
      this.hold = hold;
      this.queue = queue;
      this.tokens = tokens;
      this.excess = excess;
    }
  }

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final List<Run> runs = new ArrayList<>();
  private final QuotaLedger ledger = new QuotaLedger(1000, 1000, 1000);

  /** What of each quota was held when it last changed; a cut takes nothing from who runs. */
  private long[] heldAtChange = new long[3];

  private int refused;
  private int alone;
  private int lent;
  private int reclassified;

  @Test
  void ledger_underRandomOperations_isExactAndKeepsTheQuotas() {
    System.out.println("seed " + SEED);
    for (int i = 0; i < OPERATIONS; i++) {
      operate();
      checkSums();
      checkQuotas();
      if (i % 100 == 0) {
        ledger.checkIntegrity();
      }
    }
    System.out.printf(
        "%d refused, %d alone, %d lent, %d reclassified%n", refused, alone, lent, reclassified);
    assertThat(List.of(refused, alone, lent)).allMatch(count -> count > 1_000);
    assertThat(reclassified).isPositive();

    List.copyOf(runs).forEach(this::end);
    for (int queue = 0; queue < ledger.classes(); queue++) {
      long quota = ledger.usage(queue).quota();
      assertThat(ledger.usage(queue)).isEqualTo(new ClassUsage(quota, 0, 0, 0, 0, 0, 0));
    }
  }

  private void operate() {
    int choice = random.nextInt(1000);
    if (choice < 400) {
      startOwn(random.nextInt(ledger.classes()), random.nextLong(1, 1500));
    } else if (choice < 500) {
      startLent(random.nextInt(ledger.classes()), random.nextLong(1, 800));
    } else if (choice < 550) {
      overrun();
    } else if (choice < 555) {
      reconfigure();
    } else if (!runs.isEmpty()) {
      end(runs.get(random.nextInt(runs.size())));
    }
  }

  private void startOwn(int queue, long tokens) {
    ClassUsage before = ledger.usage(queue);
    try {
      QuotaHold hold = ledger.hold(queue, tokens);
      boolean tooLarge = tokens > before.available();
      if (tooLarge) {
        alone++;
        assertThat(before.requests() + before.lent()).isZero();
        assertThat(tokens).isGreaterThan(before.quota());
      }
      runs.add(new Run(hold, queue, tokens, tooLarge ? tokens - before.quota() : 0));
    } catch (IllegalStateException refusal) {
      refused++;
      assertThat(tokens).isGreaterThan(before.available());
      assertThat(ledger.fitsAlone(queue, tokens)).isFalse();
    }
  }

  private void startLent(int queue, long tokens) {
    long[] lendable = new long[ledger.classes()];
    Arrays.setAll(
        lendable, i -> i == queue ? 0 : random.nextLong(Math.max(0, ledger.available(i)) + 1));
    if (Arrays.stream(lendable).sum() >= tokens) {
      lent++;
      runs.add(new Run(ledger.borrow(queue, tokens, lendable), queue, tokens, 0));
    }
  }

  private void overrun() {
    if (!runs.isEmpty()) {
      Run run = runs.get(random.nextInt(runs.size()));
      long tokens = random.nextLong(1, 20);
      ledger.overrun(run.hold, tokens);
      run.tokens += tokens;
      run.overrun += tokens;
    }
  }

  private void reconfigure() {
    long[] quotas = new long[random.nextInt(1, 5)];
    Arrays.setAll(quotas, i -> random.nextLong(1, 2000));
    if (random.nextBoolean()) {
      ledger.reconfigure(quotas);
      runs.forEach(run -> run.queue = Math.min(run.queue, quotas.length - 1));
    } else {
      Map<QuotaHold, Run> byHold = new HashMap<>();
      runs.forEach(run -> {
        int queue = random.nextInt(quotas.length);
        reclassified += queue == run.queue ? 0 : 1;
        run.queue = queue;
        byHold.put(run.hold, run);
      });
      ledger.reconfigure(hold -> byHold.get(hold).queue, quotas);
    }
    heldAtChange = new long[quotas.length];
    Arrays.setAll(heldAtChange, this::held);
  }

  private void end(Run run) {
    ledger.release(run.hold);
    runs.remove(run);
  }

  private void checkSums() {
    long own = 0;
    long lentOut = 0;
    long borrowed = 0;
    for (int queue = 0; queue < ledger.classes(); queue++) {
      int index = queue;
      ClassUsage usage = ledger.usage(queue);
      List<Run> inClass = runs.stream().filter(run -> run.queue == index).toList();
      assertThat(usage.requests()).isEqualTo(inClass.size());
      assertThat(usage.inFlight()).isEqualTo(inClass.stream().mapToLong(run -> run.tokens).sum());
      assertThat(usage.overrun()).isEqualTo(inClass.stream().mapToLong(r -> r.overrun).sum());
      assertThat(usage.excess()).isEqualTo(inClass.stream().mapToLong(r -> r.excess).sum());
      own += usage.own();
      lentOut += usage.lent();
      borrowed += usage.borrowed();
    }
    assertThat(lentOut).isEqualTo(borrowed);
    assertThat(own + lentOut).isEqualTo(runs.stream().mapToLong(run -> run.tokens).sum());
  }

  /** In flight is at most quota and loans, save lone large requests, overruns and cuts. */
  private void checkQuotas() {
    for (int queue = 0; queue < ledger.classes(); queue++) {
      ClassUsage usage = ledger.usage(queue);
      heldAtChange[queue] = Math.min(heldAtChange[queue], held(queue));
      long allowed = Math.max(usage.quota(), heldAtChange[queue]);
      assertThat(held(queue)).isLessThanOrEqualTo(allowed);
      assertThat(usage.inFlight() - usage.excess() - usage.overrun())
          .isLessThanOrEqualTo(allowed + usage.borrowed());
    }
  }

  /** What of a quota is held, without what is counted apart. */
  private long held(int queue) {
    ClassUsage usage = ledger.usage(queue);
    return usage.own() + usage.lent() - usage.excess() - usage.overrun();
  }
}
