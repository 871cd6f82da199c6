package io.chameleon.scheduling.chameleon;

import io.chameleon.scheduling.FairnessProperties;
import io.chameleon.scheduling.Sequence;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/** A queue for each size class, whose bounds can change while sequences wait. For one thread. */
final class ClassQueues {

  /** Those that have run before stay in front, as they went there. */
  private static final Comparator<Sequence> REBINNED =
      Comparator.comparing(Sequence::hasStarted, Comparator.reverseOrder())
          .thenComparingLong(Sequence::arrivalNanos);

  private final WeightedRequestSize sizes;

  private final FairnessProperties fairness;

  private final Collection<Sequence> waiting = new Joined();

  private CutOffs cutOffs = CutOffs.NONE;

  private List<SequenceLine> lines;

  /** One empty queue. */
  ClassQueues(WeightedRequestSize sizes, FairnessProperties fairness) {
    this.sizes = sizes;
    this.fairness = fairness;
    this.lines = List.of(new SequenceLine(fairness));
  }

  /** The weighted size of a sequence. */
  double sizeOf(Sequence sequence) {
    var size = sequence.size();
    return sizes.of(size.promptTokens(), size.predictedOutputTokens(), size.adapterRank());
  }

  /** The class of a sequence as the bounds are now, from 0 for the smallest. */
  int classOf(Sequence sequence) {
    return cutOffs.classOf(sizeOf(sequence));
  }

  /** The queue that a sequence waits in, or would wait in. */
  SequenceLine lineOf(Sequence sequence) {
    return lines.get(classOf(sequence));
  }

  /** The queues, smallest requests first. */
  List<SequenceLine> lines() {
    return lines;
  }

  /** The bounds of the classes. */
  CutOffs cutOffs() {
    return cutOffs;
  }

  /** All that wait, smallest class first; a view. */
  Collection<Sequence> waiting() {
    return waiting;
  }

  /**
   * Changes the classes; all that wait go to the queues of their new ones, by arrival, those that
   * have run before first. Who has had how much of the service is counted anew.
   */
  void rebin(CutOffs changed) {
    List<Sequence> moved = new ArrayList<>(waiting);
    moved.sort(REBINNED);
    List<SequenceLine> made = new ArrayList<>();
    for (int i = 0; i < changed.classes(); i++) {
      made.add(new SequenceLine(fairness));
    }
    cutOffs = changed;
    lines = List.copyOf(made);
    moved.forEach(sequence -> lineOf(sequence).addLast(sequence));
  }

  /** All queues, one behind the other. */
  private final class Joined extends AbstractCollection<Sequence> {

    @Override
    public Iterator<Sequence> iterator() {
      return lines.stream().flatMap(line -> line.view().stream()).iterator();
    }

    @Override
    public int size() {
      int size = 0;
      for (SequenceLine line : lines) {
        size += line.view().size();
      }
      return size;
    }
  }
}
