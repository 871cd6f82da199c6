package io.chameleon.engine.cuda;

import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.util.List;

/**
 * Pieces of the second product of a site: which columns of which rows a block updates. See {@code
 * lora.cu} for the numbers.
 */
final class LoraExpansion {

  /** Numbers of an item. */
  private static final int ITEM = 8;

  private static final int QUAD = 4;
  private static final int THREADS = 256;

  /** Vectors of a block at least. */
  private static final int FEWEST_LANES = 16;

  private static final int MOST_PASSES = 8;

  private final LoraSite site;
  private final ModelConfig config;
  private final LoraPlan.Sizes sizes;
  private final boolean rotates;
  private final StepInput.Part header;
  private final StepInput.Part items;
  private int used;
  private boolean isWhole;

  /**
   * Reserves its place.
   *
   * @param rotates whether the rows are rotated as well, so that those of modules that an adapter
   *     lacks come along
   */
  LoraExpansion(
      StepInput input, LoraSite site, ModelConfig config, LoraPlan.Sizes sizes, boolean rotates) {
    this.site = site;
    this.config = config;
    this.sizes = sizes;
    this.rotates = rotates;
    this.header = input.reserve(QUAD);
    if (rotates && FEWEST_LANES * sizes.vector() != RopeStruct.HEAD_SIZE) {
      throw new IllegalArgumentException(
          "an item of %d columns; a head that is rotated with its update has %d"
              .formatted(FEWEST_LANES * sizes.vector(), RopeStruct.HEAD_SIZE));
    }
    this.items = input.reserve(sizes.rows() * mostItems() * ITEM);
  }

  private int mostItems() {
    int most = 0;
    for (LinearModule module : site.modules()) {
      most += ceil(vectors(module), FEWEST_LANES);
    }
    return most;
  }

  private int vectors(LinearModule module) {
    return config.outputSize(module) / sizes.vector();
  }

  /** Blocks of this step. */
  int blocks() {
    return used;
  }

  /** Whether all columns of the rows are covered, of modules that an adapter lacks too. */
  boolean isWhole() {
    return isWhole;
  }

  long headerAddress() {
    return header.address();
  }

  long itemsAddress() {
    return items.address();
  }

  /**
   * Cuts and sends.
   *
   * @param shrinks pieces of the first product, of each module
   * @param alone whether how an adapter's work is cut must not depend on that of others
   */
  void send(List<LoraPlan.Segment> segments, int[] shrinks, boolean alone) {
    isWhole = rotates && shrinks[0] + shrinks[1] + shrinks[2] > 0;
    for (int passes = alone ? 1 : MOST_PASSES; passes >= 1; passes /= 2) {
      used = 0;
      write(segments, passes);
      if (used >= sizes.multiprocessors()) {
        break;
      }
    }
    header.set(0, shrinks[0], shrinks[1], shrinks[2], used);
    header.send(QUAD);
    items.send(used * ITEM);
  }

  private void write(List<LoraPlan.Segment> segments, int passes) {
    for (int s = 0; s < segments.size(); s++) {
      int first = 0;
      for (int m = 0; m < site.modules().size(); m++) {
        int end = first + vectors(site.modules().get(m));
        int rank = segments.get(s).place().rank(site.modules().get(m));
        int lanes = lanes(rank, passes);
        for (int v = first; (rank > 0 || isWhole) && v < end; v += lanes) {
          add(s, segments.get(s), v, m, lanes);
        }
        first = end;
      }
    }
  }

  private void add(int index, LoraPlan.Segment segment, int vector, int m, int lanes) {
    LinearModule module = site.modules().get(m);
    int rank = segment.place().rank(module);
    int at = used++ * ITEM;
    items.set(at, index, vector, m, rank * 256 + Integer.numberOfTrailingZeros(lanes));
    if (rank == 0) {
      items.set(at + QUAD, 0, 0, 0, 0);
    } else {
      long a = segment.start() + segment.place().offset(module);
      long b = a + (long) rank * config.inputSize(module);
      LoraPlan.setPlace(items, at + QUAD, b, segment.place(), 0);
    }
  }

  private static int lanes(int rank, int passes) {
    int lanes = THREADS;
    while (lanes > FEWEST_LANES && ceil(rank, THREADS / lanes) > passes) {
      lanes /= 2;
    }
    return lanes;
  }

  private static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }
}
