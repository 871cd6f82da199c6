package io.chameleon.simulation;

import io.chameleon.adapter.AdapterPlace;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.adapter.RowRange;
import io.chameleon.engine.Batch;
import io.chameleon.engine.SequenceStep;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Adds up what batches have to do, one after the other. For one thread. */
final class BatchLoad {

  private static final int FIRST_ROWS = 1024;

  private static final ModuleGroup[] GROUPS = ModuleGroup.values();

  /** The last batch that has counted the adapter whose rows begin here, by group. */
  private final int[][] countedIn = new int[GROUPS.length][FIRST_ROWS];

  private int batches;

  private int prefillTokens;

  private long prefillTokenRanks;

  private long prefillPairs;

  private int decodeRows;

  private long contextTokens;

  private int rankSum;

  /** What a batch has to do. */
  StepLoad of(Batch batch) {
    start();
    List<SequenceStep> steps = batch.sequences();
    for (int i = 0; i < steps.size(); i++) {
      add(steps.get(i));
    }
    return new StepLoad(
        prefillTokens, prefillTokenRanks, prefillPairs, decodeRows, contextTokens, rankSum);
  }

  private void start() {
    batches++;
    prefillTokens = 0;
    prefillTokenRanks = 0;
    prefillPairs = 0;
    decodeRows = 0;
    contextTokens = 0;
    rankSum = 0;
  }

  private void add(SequenceStep step) {
    boolean decodes = step.count() == 1 && step.position() > 0;
    if (decodes) {
      decodeRows++;
      contextTokens += step.position();
      countRank(step.adapter());
    } else {
      prefillTokens += step.count();
      prefillTokenRanks += (long) step.count() * rank(step.adapter());
      prefillPairs += StepCost.pairs(step.position(), step.count());
    }
  }

  /** No two adapters that run share a row, or a cell, so the first tells them apart. */
  private void countRank(@Nullable ResidentAdapter adapter) {
    if (adapter == null) {
      return;
    }
    for (int g = 0; g < GROUPS.length; g++) {
      RowRange rows = adapter.rows(GROUPS[g]);
      if (rows != null) {
        AdapterPlace place = adapter.place();
        if (isNew(g, place == null ? rows.first() : place.startCell())) {
          rankSum += rank(adapter);
        }
        return;
      }
    }
  }

  private boolean isNew(int group, int row) {
    if (row >= countedIn[group].length) {
      countedIn[group] = Arrays.copyOf(countedIn[group], Math.max(row + 1, 2 * row));
    }
    boolean isNew = countedIn[group][row] != batches;
    countedIn[group][row] = batches;
    return isNew;
  }

  private static int rank(@Nullable ResidentAdapter adapter) {
    return adapter == null ? 0 : Math.max(count(adapter.attention()), count(adapter.mlp()));
  }

  private static int count(@Nullable RowRange rows) {
    return rows == null ? 0 : rows.count();
  }
}
