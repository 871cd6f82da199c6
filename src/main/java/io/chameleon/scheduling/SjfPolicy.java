package io.chameleon.scheduling;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.TreeSet;

/**
 * Shortest predicted output first, with ageing (µ-Serve, ATC'24). All age alike, so who goes before
 * whom never changes while they wait: the order is that of predicted output plus arrival, each
 * second of it worth so many tokens. Nobody passes a head that waits for memory.
 */
final class SjfPolicy implements SchedulingPolicy {

  private final double tokensPerNano;

  private final int period;

  private final TreeSet<Sequence> queue;

  private int stepsSinceLook;

  SjfPolicy(SjfProperties properties) {
    this.tokensPerNano = properties.ageing() / 1e9;
    this.period = properties.admissionPeriod();
    this.queue =
        new TreeSet<>(
            Comparator.comparing((Sequence sequence) -> !sequence.hasStarted())
                .thenComparingDouble(this::key)
                .thenComparingLong(Sequence::arrivalNanos)
                .thenComparing(sequence -> sequence.request().id()));
  }

  @Override
  public void enqueue(Sequence arrived) {
    add(arrived);
  }

  @Override
  public void requeue(Sequence stopped) {
    add(stopped);
  }

  @Override
  public void remove(Sequence waiting) {
    if (!queue.remove(waiting)) {
      throw new IllegalStateException(
          "sequence %s does not wait".formatted(waiting.request().id()));
    }
  }

  @Override
  public Collection<Sequence> waiting() {
    return Collections.unmodifiableCollection(queue);
  }

  @Override
  public void admit(BatchAdmission batch) {
    if (period == 1 || stepsSinceLook >= period || batch.running().isEmpty()) {
      stepsSinceLook = 0;
      startShortest(batch);
    }
  }

  @Override
  public void stepped(ScheduledBatch step, long nanos) {
    stepsSinceLook++;
  }

  private void startShortest(BatchAdmission batch) {
    // Who has left is out of order from then on, so the iterator takes him out, which does not
    // compare.
    for (Iterator<Sequence> next = queue.iterator(); next.hasNext() && batch.hasPlace(); ) {
      Sequence sequence = next.next();
      switch (batch.start(sequence)) {
        case STARTED, REFUSED -> next.remove();
        case LOADING -> {}
        case NO_ROOM -> {
          return;
        }
      }
    }
  }

  private void add(Sequence sequence) {
    if (!queue.add(sequence)) {
      throw new IllegalStateException("sequence %s waits twice".formatted(sequence.request().id()));
    }
  }

  private double key(Sequence sequence) {
    return sequence.size().predictedOutputTokens() + sequence.arrivalNanos() * tokensPerNano;
  }
}
