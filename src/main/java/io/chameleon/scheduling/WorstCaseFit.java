package io.chameleon.scheduling;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * S-LoRA's admission test: whether a set of sequences fits into memory beside their adapters even
 * if each uses the output that it declares. Sorted by the output still to come, the longest first,
 * the most that is ever held is the maximum over i of {@code remaining_i * i + used_1 + ... +
 * used_i}: when the i-th ends, those before it still run. Used for one look at a time.
 */
final class WorstCaseFit {

  private static final int INITIAL = 64;

  private final Set<String> adapters = new HashSet<>();

  /** Sorted, the longest first. */
  private int[] remaining = new int[INITIAL];

  /** In the same order. */
  private int[] used = new int[INITIAL];

  private int size;

  private long adapterCells;

  private int capacity;

  /** Begins anew with those that run. */
  void reset(int capacityCells, List<Sequence> running) {
    adapters.clear();
    size = 0;
    adapterCells = 0;
    capacity = capacityCells;
    for (Sequence sequence : running) {
      add(sequence);
    }
  }

  /** Adds one more if all fit then; false if not. */
  boolean tryAdd(Sequence sequence) {
    int place = add(sequence);
    if (peakCells() < capacity - adapterCells) {
      return true;
    }
    size--;
    System.arraycopy(remaining, place + 1, remaining, place, size - place);
    System.arraycopy(used, place + 1, used, place, size - place);
    // The adapter stays counted, as published: nobody behind is asked after the first that fails.
    return false;
  }

  private int add(Sequence sequence) {
    int left = Math.max(0, sequence.request().maxTokens() - sequence.generatedTokens() - 1);
    if (size == remaining.length) {
      remaining = Arrays.copyOf(remaining, 2 * size);
      used = Arrays.copyOf(used, 2 * size);
    }
    int place = size;
    while (place > 0 && remaining[place - 1] < left) {
      remaining[place] = remaining[place - 1];
      used[place] = used[place - 1];
      place--;
    }
    remaining[place] = left;
    used[place] = sequence.tokenCount() + 1;
    size++;
    String adapter = sequence.request().adapter();
    if (adapter != null && adapters.add(adapter)) {
      adapterCells += sequence.size().adapterCells();
    }
    return place;
  }

  private long peakCells() {
    long cumulative = 0;
    long peak = 0;
    for (int i = 0; i < size; i++) {
      cumulative += used[i];
      peak = Math.max(peak, (long) remaining[i] * (i + 1) + cumulative);
    }
    return peak;
  }
}
