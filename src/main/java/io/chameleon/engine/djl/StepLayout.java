package io.chameleon.engine.djl;

import io.chameleon.engine.Batch;
import io.chameleon.engine.SequenceStep;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A batch as arrays: single-token rows first, by the first cell of their runs, so that rows whose
 * runs are neighbours share an attention call; then prefill chunks.
 */
final class StepLayout {

  private static final Comparator<SequenceStep> ORDER =
      Comparator.comparingInt((SequenceStep step) -> step.count() == 1 ? 0 : 1)
          .thenComparingInt(step -> step.kv().start());

  /** The sequences in the order of their rows. */
  final List<SequenceStep> steps;

  /** Where each of them stood in the batch. */
  final int[] places;

  /** Sequences with a single token. */
  final int decodeRows;

  final long[] ids;
  final long[] positions;

  /** The cell of each token. */
  final long[] slots;

  /** First row, rows, first cell, length including this step, of each sequence. */
  final long[] sequences;

  /** The rows whose logits are wanted. */
  final long[] last;

  StepLayout(Batch batch) {
    List<SequenceStep> given = batch.sequences();
    this.places =
        IntStream.range(0, given.size())
            .boxed()
            .sorted(Comparator.comparing(given::get, ORDER))
            .mapToInt(Integer::intValue)
            .toArray();
    this.steps = Arrays.stream(places).mapToObj(given::get).toList();
    this.decodeRows = (int) steps.stream().filter(step -> step.count() == 1).count();
    int tokens = batch.tokens();
    this.ids = new long[tokens];
    this.positions = new long[tokens];
    this.slots = new long[tokens];
    this.sequences = new long[steps.size() * 4];
    this.last = new long[(int) steps.stream().filter(step -> step.sampler() != null).count()];
    fill();
  }

  /** The single-token steps. */
  List<SequenceStep> decodeSteps() {
    return steps.subList(0, decodeRows);
  }

  private void fill() {
    int token = 0;
    int wanted = 0;
    for (int s = 0; s < steps.size(); s++) {
      SequenceStep step = steps.get(s);
      fillTokens(step, token);
      long length = (long) step.position() + step.count();
      long[] sequence = {token, step.count(), step.kv().start(), length};
      System.arraycopy(sequence, 0, sequences, s * sequence.length, sequence.length);
      token += step.count();
      if (step.sampler() != null) {
        last[wanted++] = token - 1L;
      }
    }
  }

  private void fillTokens(SequenceStep step, int first) {
    for (int i = 0; i < step.count(); i++) {
      long position = (long) step.position() + i;
      ids[first + i] = step.tokens()[step.from() + i];
      positions[first + i] = position;
      long firstCell = step.kv().start();
      slots[first + i] = firstCell + position;
    }
  }
}
