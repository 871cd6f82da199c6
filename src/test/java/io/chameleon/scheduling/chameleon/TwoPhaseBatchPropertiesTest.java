package io.chameleon.scheduling.chameleon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random queues and outcomes, over many passes. */
class TwoPhaseBatchPropertiesTest {

  private static final long SEED = 41;

  private static final int PASSES = 100_000;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final QuotaLedger ledger = new QuotaLedger(1000, 1000, 1000);
  private final TwoPhaseBatch<Line.Request> batch = new TwoPhaseBatch<>(ledger);
  private final List<Line> lines = new ArrayList<>(List.of(new Line(), new Line(), new Line()));
  private final List<QuotaHold> running = new ArrayList<>();

  private int arrived;
  private int left;

  /** What one pass did. */
  private final class Pass implements BatchStarts<Line.Request> {
    private final boolean allStart;
    private final Map<Line.Request, StartAttempt> outcomes = new HashMap<>();
    private final Set<Line.Request> passing = new HashSet<>();
    private final Set<Integer> lenders = new HashSet<>();
    private final Set<Integer> borrowers = new HashSet<>();

    Pass(boolean allStart) {
      this.allStart = allStart;
    }

    @Override
    public long need(Line.Request request) {
      return request.need();
    }

    @Override
    public StartAttempt start(Line.Request request) {
      StartAttempt outcome = allStart ? StartAttempt.STARTED : randomOutcome();
      assertThat(outcomes.put(request, outcome)).as("%s is tried once", request).isNull();
      if (outcome == StartAttempt.STARTED || outcome == StartAttempt.REFUSED) {
        left++;
        assertThat(lines.stream().filter(line -> line.remove(request))).hasSize(1);
      }
      return outcome;
    }

    @Override
    public void started(Line.Request request, QuotaHold hold) {
      assertThat(outcomes).containsEntry(request, StartAttempt.STARTED);
      assertThat(hold.tokens()).isEqualTo(request.need());
      running.add(hold);
      if (hold.own() == 0) {
        borrowers.add(hold.queue());
      }
      IntStream.range(0, lines.size()).filter(i -> hold.lentBy(i) > 0).forEach(lenders::add);
    }

    @Override
    public Line.@Nullable Request bypass(Line.Request head, long tokens) {
      List<Line.Request> waiting = lineOf(head).waiting();
      Line.Request last = waiting.getLast();
      if (last.equals(head) || outcomes.containsKey(last) || random.nextBoolean()) {
        return null;
      }
      passing.add(last);
      return last;
    }
  }

  @Test
  void passes_overRandomQueues_keepOrderQuotasAndRequests() {
    System.out.println("seed " + SEED);
    for (int i = 0; i < PASSES; i++) {
      change();
      List<List<Line.Request>> before = lines.stream().map(Line::waiting).toList();
      var pass = new Pass(random.nextInt(4) == 0);
      batch.form(lines, pass);
      checkOrder(before, pass);
      checkLenders(pass);
      if (pass.allStart) {
        checkNobodyIsForgotten(pass);
      }
      assertThat(lines.stream().mapToInt(line -> line.waiting().size()).sum())
          .isEqualTo(arrived - left);
      ledger.checkIntegrity();
    }
    System.out.printf("%d requests came, %d left%n", arrived, left);
    assertThat(left).isGreaterThan(PASSES / 2);
  }

  private StartAttempt randomOutcome() {
    int choice = random.nextInt(20);
    return switch (choice) {
      case 0 -> StartAttempt.REFUSED;
      case 1 -> StartAttempt.FULL;
      case 2, 3 -> StartAttempt.NO_ROOM;
      case 4, 5, 6 -> StartAttempt.LOADING;
      default -> StartAttempt.STARTED;
    };
  }

  private void change() {
    for (Line line : lines) {
      for (int i = random.nextInt(3); i > 0 && line.waiting().size() < 8; i--) {
        arrived++;
        line.add(new Line.Request("r" + arrived, random.nextLong(1, 1200)));
      }
    }
    while (!running.isEmpty() && random.nextInt(3) > 0) {
      ledger.release(running.remove(random.nextInt(running.size())));
    }
    if (!running.isEmpty() && random.nextInt(50) == 0) {
      ledger.overrun(running.get(random.nextInt(running.size())), random.nextLong(1, 50));
    }
    if (random.nextInt(200) == 0) {
      reconfigure();
    }
  }

  private void reconfigure() {
    List<Line.Request> waiting = lines.stream().flatMap(line -> line.waiting().stream()).toList();
    long[] quotas = new long[random.nextInt(1, 5)];
    Arrays.setAll(quotas, i -> random.nextLong(100, 2000));
    ledger.reconfigure(quotas);
    lines.clear();
    Stream.generate(Line::new).limit(quotas.length).forEach(lines::add);
    waiting.forEach(request -> lines.get(random.nextInt(quotas.length)).add(request));
  }

  /** In a queue, who has started had nobody before who waits for tokens, memory or a turn. */
  private static void checkOrder(List<List<Line.Request>> before, Pass pass) {
    for (List<Line.Request> line : before) {
      boolean mayStart = true;
      for (Line.Request request : line) {
        StartAttempt outcome = pass.outcomes.get(request);
        if (outcome == StartAttempt.STARTED && !pass.passing.contains(request)) {
          assertThat(mayStart).as("%s in %s: %s", request, line, pass.outcomes).isTrue();
        }
        boolean stopsThoseBehind =
            outcome == null || outcome == StartAttempt.NO_ROOM || outcome == StartAttempt.FULL;
        mayStart &= !stopsThoseBehind;
      }
    }
  }

  /** Only a class all of whose waiting requests are being loaded lends. */
  private void checkLenders(Pass pass) {
    for (int lender : pass.lenders) {
      assertThat(lines.get(lender).waiting())
          .allMatch(request -> pass.outcomes.get(request) == StartAttempt.LOADING);
    }
  }

  /**
   * Where all could start, no head fits what was to be lent, and none its own quota. A queue that
   * came to its end, or to another head, by loans keeps its remainder until the next pass.
   */
  private void checkNobodyIsForgotten(Pass pass) {
    long spare = 0;
    for (int queue = 0; queue < lines.size(); queue++) {
      if (lines.get(queue).waiting().isEmpty() && !pass.borrowers.contains(queue)) {
        spare += Math.max(0, ledger.available(queue));
      }
    }
    for (int queue = 0; queue < lines.size(); queue++) {
      List<Line.Request> waiting = lines.get(queue).waiting();
      if (!waiting.isEmpty()) {
        long need = waiting.getFirst().need();
        assertThat(need).isGreaterThan(spare);
        if (!pass.borrowers.contains(queue)) {
          assertThat(need).isGreaterThan(ledger.available(queue));
          assertThat(ledger.fitsAlone(queue, need)).isFalse();
        }
      }
    }
  }

  private Line lineOf(Line.Request request) {
    return lines.stream()
        .filter(line -> line.waiting().contains(request))
        .findFirst()
        .orElseThrow();
  }
}
