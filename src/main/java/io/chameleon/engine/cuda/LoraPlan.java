package io.chameleon.engine.cuda;

import io.chameleon.adapter.AdapterPlace;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.RowRange;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How the low-rank updates of rows with few tokens are cut into pieces of about equal work, for one
 * group of modules. All layers of a step use the same. See {@code lora.cu} for the numbers.
 */
final class LoraPlan {

  /** Rows of an adapter that share a read of its weights. */
  static final int SEGMENT_ROWS = 8;

  /** Numbers of an item. */
  private static final int ITEM = 8;

  /** Ranks of a piece of the first product. */
  private static final int SHRINK_RANKS = 8;

  private static final int QUAD = 4;
  private static final int MOST_MODULES = 3;

  /**
   * Rows of an adapter that share a read of its weights.
   *
   * @param rank the largest in the group
   * @param start elements from the arena's beginning to the adapter's
   */
  record Segment(
      int firstToken, int rows, int rank, AdapterPlace place, long start, float scaling) {}

  private final ModuleGroup group;
  private final ModelConfig config;
  private final int mostShrinks;
  private final Sizes sizes;
  private final StepInput.Part segments;
  private final StepInput.Part tokens;
  private final Map<LinearModule, Shrinking> shrinks = new EnumMap<>(LinearModule.class);
  private final Map<LoraSite, LoraExpansion> expansions = new EnumMap<>(LoraSite.class);
  private final List<Segment> cut = new ArrayList<>();
  private final List<Segment> sent = new ArrayList<>();
  private boolean isSent;
  private boolean cutAlone;
  private int mostRows;

  /** Pieces of the first product, one after the other for the modules of the group. */
  private record Shrinking(StepInput.Part items, int[] used) {}

  /**
   * Reserves its place.
   *
   * @param rotates whether rows are rotated where q, k and v are updated
   */
  LoraPlan(StepInput input, ModuleGroup group, ModelConfig config, Sizes sizes, boolean rotates) {
    this.group = group;
    this.config = config;
    this.sizes = sizes;
    this.mostShrinks = sizes.mostRanks / SHRINK_RANKS + sizes.rows;
    this.segments = input.reserve(sizes.rows * 2 * QUAD);
    this.tokens = input.reserve(sizes.rows);
    for (LinearModule module : group.modules()) {
      shrinks.put(
          module,
          new Shrinking(input.reserve(LoraRowKernels.grid(mostShrinks) * ITEM), new int[1]));
    }
    for (LoraSite site : LoraSite.values()) {
      if (site.group() == group) {
        expansions.put(
            site, new LoraExpansion(input, site, config, sizes, rotates && site == LoraSite.QKV));
      }
    }
  }

  /**
   * What bounds a plan.
   *
   * @param rows most rows of a step
   * @param mostRanks most ranks that a step's segments have together
   * @param vector elements of 16 bytes
   * @param multiprocessors of the device
   */
  record Sizes(int rows, int mostRanks, int vector, int multiprocessors) {}

  /** Most rows that an adapter has in a segment of this step. */
  int mostRows() {
    return mostRows;
  }

  /** Pieces of the first product of this step, of the module that has most. */
  int shrinkItems(LoraSite site) {
    int most = 0;
    for (LinearModule module : site.modules()) {
      most = Math.max(most, shrinking(module).used[0]);
    }
    return most;
  }

  /** Blocks of the second product of this step. */
  int expandBlocks(LoraSite site) {
    return expansion(site).blocks();
  }

  /** Whether rows of this step are rotated where q, k and v are updated. */
  boolean isRotated() {
    return expansion(LoraSite.QKV).isWhole();
  }

  long headerAddress(LoraSite site) {
    return expansion(site).headerAddress();
  }

  long segmentsAddress() {
    return segments.address();
  }

  long tokensAddress() {
    return tokens.address();
  }

  /** Where the pieces of the first product of a site's first module are. */
  long shrinksAddress(LoraSite site) {
    return shrinking(site.modules().getFirst()).items.address();
  }

  /** Groups of four numbers from a module's pieces to the next one's. */
  int shrinkPitch() {
    List<LinearModule> modules = group.modules();
    int first = shrinking(modules.get(0)).items.first();
    return (shrinking(modules.get(1)).items.first() - first) / QUAD;
  }

  long expandsAddress(LoraSite site) {
    return expansion(site).itemsAddress();
  }

  private LoraExpansion expansion(LoraSite site) {
    return Objects.requireNonNull(expansions.get(site));
  }

  private Shrinking shrinking(LinearModule module) {
    return Objects.requireNonNull(shrinks.get(module));
  }

  /**
   * Cuts and sends, unless it is what was sent last.
   *
   * @param given rows with adapters, each few enough
   * @param alone whether how an adapter's work is cut must not depend on that of others
   */
  void send(List<StepRows.Segment> given, boolean alone) {
    cut.clear();
    for (StepRows.Segment segment : given) {
      RowRange ranks = segment.adapter().rows(group);
      if (ranks != null) {
        AdapterPlace place = segment.adapter().requirePlace();
        long start = (long) place.startCell() * cellElements();
        for (int at = segment.first(); at < segment.end(); at += SEGMENT_ROWS) {
          int rows = Math.min(SEGMENT_ROWS, segment.end() - at);
          float scaling = segment.adapter().scaling();
          cut.add(new Segment(at, rows, ranks.count(), place, start, scaling));
        }
      }
    }
    if (isSent && alone == cutAlone && cut.equals(sent)) {
      return;
    }
    reset();
    cutAlone = alone;
    requireRoom();
    sendSegments();
    shrinks.forEach(this::sendShrinks);
    expansions.forEach(this::sendExpands);
    sent.addAll(cut);
    isSent = true;
  }

  /** Forgets what was sent. */
  void reset() {
    sent.clear();
    isSent = false;
  }

  private void requireRoom() {
    long rows = 0;
    long items = 0;
    long numbers = 0;
    for (Segment segment : cut) {
      rows += segment.rows;
      items += ceil(segment.rank, SHRINK_RANKS);
      numbers += (long) segment.rank * segment.rows;
    }
    if (rows > sizes.rows
        || items > mostShrinks
        || numbers > (long) SEGMENT_ROWS * sizes.mostRanks) {
      throw new StepTooLargeException(
          "%d rows of adapters with %d ranks of rows; a step has room for %d and %d"
              .formatted(rows, numbers, sizes.rows, (long) SEGMENT_ROWS * sizes.mostRanks));
    }
  }

  private long cellElements() {
    return 2L * config.layers() * config.kvHeads() * config.headSize();
  }

  private void sendSegments() {
    int token = 0;
    mostRows = 0;
    long lowNumbers = 0;
    for (int s = 0; s < cut.size(); s++) {
      Segment segment = cut.get(s);
      mostRows = Math.max(mostRows, segment.rows);
      int at = s * 2 * QUAD;
      segments.set(at, 0, segment.rank, token, segment.rows);
      int scaling = Float.floatToRawIntBits(segment.scaling);
      segments.set(at + QUAD, scaling, Math.toIntExact(lowNumbers), 0, 0);
      for (int t = 0; t < segment.rows; t++) {
        tokens.set(token++, segment.firstToken + t);
      }
      lowNumbers += (long) segment.rank * segment.rows;
    }
    segments.send(cut.size() * 2 * QUAD);
    tokens.send(token);
  }

  private void sendShrinks(LinearModule module, Shrinking to) {
    int used = 0;
    for (int s = 0; s < cut.size(); s++) {
      Segment segment = cut.get(s);
      int rank = segment.place.rank(module);
      long a = segment.start + segment.place.offset(module);
      for (int r = 0; r < rank; r += SHRINK_RANKS) {
        int at = used++ * ITEM;
        to.items.set(at, s, r, 0, Math.min(SHRINK_RANKS, rank - r));
        setPlace(to.items, at + QUAD, a, segment.place, 0);
      }
    }
    to.used[0] = used;
    to.items.send(used * ITEM);
  }

  /** Sets where weights are: in the first layer, and how far it is from one layer to the next. */
  static void setPlace(StepInput.Part to, int at, long address, AdapterPlace place, int last) {
    int step = Math.toIntExact(place.layerElements());
    to.set(at, (int) address, (int) (address >>> Integer.SIZE), step, last);
  }

  private void sendExpands(LoraSite site, LoraExpansion expansion) {
    int[] counts = new int[MOST_MODULES];
    for (int m = 0; m < site.modules().size(); m++) {
      counts[m] = shrinking(site.modules().get(m)).used[0];
    }
    expansion.send(cut, counts, cutAlone);
  }

  private static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }
}
