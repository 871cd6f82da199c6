package io.chameleon.scheduling;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.request.ServiceTerms;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A queue beside plain models of it, over many random steps. */
class SequenceQueuePropertyTest {

  private static final long SEED = 20261130;

  private static final int STEPS = 50_000;

  private final Random chance = new Random(SEED);

  private long arrivals;

  @Test
  void queue_withoutTerms_isFirstComeFirstServed() {
    System.out.printf("steps drawn with seed %d%n", SEED);
    SequenceQueue queue = new SequenceQueue(FairnessProperties.DEFAULT);
    LinkedHashSet<Sequence> model = new LinkedHashSet<>();
    for (int step = 0; step < STEPS; step++) {
      switch (chance.nextInt(5)) {
        case 0, 1 -> {
          Sequence arrived = Sequences.on(ServiceTerms.DEFAULT, 1 + chance.nextInt(9), arrivals++);
          queue.addLast(arrived);
          model.addLast(arrived);
        }
        case 2 -> {
          Sequence stopped =
              Sequences.preempted(Sequences.on(ServiceTerms.DEFAULT, 1, arrivals++), 0);
          queue.addFirst(stopped);
          model.addFirst(stopped);
        }
        case 3 -> walk(queue, model);
        default -> {
          if (!model.isEmpty()) {
            Sequence given = List.copyOf(model).get(chance.nextInt(model.size()));
            given.end();
            queue.remove(given);
            model.remove(given);
          }
        }
      }
      assertThat(queue.size()).isEqualTo(model.size());
      if (step % 100 == 0) {
        assertThat(queue.view()).containsExactlyElementsOf(model);
      }
    }
  }

  /** Starts some of the first and passes over others, in both. */
  private void walk(SequenceQueue queue, Set<Sequence> model) {
    Iterator<Sequence> real = queue.iterator();
    Iterator<Sequence> plain = model.iterator();
    for (int i = chance.nextInt(6); i > 0 && plain.hasNext(); i--) {
      assertThat(real.hasNext()).isTrue();
      Sequence next = real.next();
      assertThat(next).isSameAs(plain.next());
      if (chance.nextBoolean()) {
        Sequences.started(next);
        real.remove();
        plain.remove();
      }
    }
  }

  @Test
  void queue_ofAnyTerms_givesEachOnceAndThoseOfAClientByArrival() {
    System.out.printf("steps drawn with seed %d%n", SEED);
    SequenceQueue queue = new SequenceQueue(FairnessProperties.DEFAULT);
    Set<Sequence> model = new LinkedHashSet<>();
    for (int step = 0; step < STEPS / 10; step++) {
      int priority = chance.nextInt(4);
      String client = "client-" + chance.nextInt(5);
      Sequence arrived =
          Sequences.on(new ServiceTerms(null, priority, client), 1 + chance.nextInt(9), arrivals++);
      queue.addLast(arrived);
      model.add(arrived);
      if (chance.nextInt(3) == 0) {
        startSome(queue, model);
      }
      List<Sequence> order = List.copyOf(queue.view());
      // Of sets, for AssertJ compares lists in any order by looking for each in all.
      assertThat(order).hasSameSizeAs(model);
      assertThat(Set.copyOf(order)).isEqualTo(model);
      requireArrivalOrderOfEachClient(order);
    }
  }

  private void startSome(SequenceQueue queue, Set<Sequence> model) {
    Iterator<Sequence> walk = queue.iterator();
    for (int i = chance.nextInt(8); i > 0 && walk.hasNext(); i--) {
      Sequence next = walk.next();
      if (chance.nextInt(4) > 0) {
        Sequences.started(next);
        for (int token = chance.nextInt(20); token > 0; token--) {
          next.append(7);
        }
        walk.remove();
        model.remove(next);
      }
    }
  }

  private static void requireArrivalOrderOfEachClient(List<Sequence> order) {
    assertThat(order.stream().collect(groupingBy(s -> s.request().terms())).values())
        .allSatisfy(ofOne -> assertThat(ofOne).extracting(Sequence::arrivalNanos).isSorted());
  }
}
