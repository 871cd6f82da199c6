package io.chameleon.engine.cuda;

import io.chameleon.engine.SequenceStep;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How the attention of prompts' chunks is cut into tiles of neighbouring queries, the longest
 * first, so that what ends last is short. All layers of a step use the same. See {@code
 * prompt_attention.cu} for the numbers of a tile.
 */
final class PromptTiles {

  /** Queries of a tile at most. */
  static final int ROWS = 128;

  static final int NUMBERS = 4;

  private final StepInput.Part part;
  private int count;

  /**
   * Reserves its place.
   *
   * @param rows of a step at most
   * @param sequences of a step at most
   */
  PromptTiles(StepInput input, int rows, int sequences) {
    this.part = input.reserve((rows / ROWS + sequences) * NUMBERS);
  }

  /**
   * A tile.
   *
   * @param row its first, of the step
   * @param rows so many
   * @param cell the first of the sequence
   * @param position of the first row in the sequence
   */
  private record Tile(int row, int rows, int cell, int position) {

    /** Cells that its last row sees. */
    int seen() {
      return position + rows;
    }
  }

  /** Cuts the chunks of a step, and sends. */
  void send(StepRows step) {
    List<Tile> tiles = new ArrayList<>();
    int row = step.decodeRows();
    for (SequenceStep chunk : step.steps().subList(row, step.steps().size())) {
      for (int at = 0; at < chunk.count(); at += ROWS) {
        int rows = Math.min(ROWS, chunk.count() - at);
        tiles.add(new Tile(row + at, rows, chunk.kv().start(), chunk.position() + at));
      }
      row += chunk.count();
    }
    tiles.sort(Comparator.comparingInt(Tile::seen).reversed());
    count = tiles.size();
    for (int i = 0; i < count; i++) {
      Tile tile = tiles.get(i);
      part.set(i * NUMBERS, tile.row, tile.rows, tile.cell, tile.position);
    }
    part.send(count * NUMBERS);
  }

  /** Tiles of the step that was sent last. */
  int count() {
    return count;
  }

  long address() {
    return part.address();
  }
}
