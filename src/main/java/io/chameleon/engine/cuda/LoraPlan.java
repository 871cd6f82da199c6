package io.chameleon.engine.cuda;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.pool.AdapterWindow;
import io.chameleon.memory.CellRun;
import io.chameleon.model.ModelConfig;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How the low-rank updates of rows with few tokens are cut into pieces of about equal work, for one
 * group of modules. All layers of a step use the same. See {@code lora.cu} for the numbers.
 */
final class LoraPlan {

  /** Rows of an adapter that share a read of its weights. */
  static final int SEGMENT_ROWS = 8;

  /** Ranks of a piece of the first product. */
  private static final int SHRINK_RANKS = 8;

  private static final int THREADS = 256;
  private static final int FEWEST_LANES = 16;
  private static final int MOST_PASSES = 8;
  private static final int QUAD = 4;
  private static final long NOT_SENT = -1;

  /** Rows of an adapter that share a read of its weights, and where its window rows are. */
  private record Segment(int firstToken, int rows, RowRange window, float scaling) {}

  private final ModuleGroup group;
  private final ModelConfig config;
  private final int multiprocessors;
  private final int vector;
  private final int mostShrinks;
  private final Sizes sizes;
  private final StepInput.Part segments;
  private final StepInput.Part tokens;
  private final StepInput.Part shrinks;
  private final Map<LoraSite, Expansion> expansions = new EnumMap<>(LoraSite.class);
  private final List<Segment> cut = new ArrayList<>();
  private final List<Segment> sent = new ArrayList<>();
  private long sentStart = NOT_SENT;
  private int shrinkItems;
  private int mostRows;
  private long lowNumbers;

  /** Pieces of the second product, which differ by how many columns a site has. */
  private record Expansion(StepInput.Part header, StepInput.Part items, int[] used) {}

  /** Reserves its place. */
  LoraPlan(StepInput input, ModuleGroup group, ModelConfig config, Sizes sizes) {
    this.group = group;
    this.config = config;
    this.multiprocessors = sizes.multiprocessors;
    this.vector = sizes.vector;
    this.sizes = sizes;
    this.mostShrinks = sizes.mostRanks / SHRINK_RANKS + sizes.rows;
    this.segments = input.reserve(sizes.rows * 2 * QUAD);
    this.tokens = input.reserve(sizes.rows);
    this.shrinks = input.reserve(mostShrinks * QUAD);
    for (LoraSite site : LoraSite.values()) {
      if (site.group() == group) {
        int most = sizes.rows * mostExpansions(site);
        expansions.put(
            site, new Expansion(input.reserve(QUAD), input.reserve(most * QUAD), new int[1]));
      }
    }
  }

  /**
   * What bounds a plan.
   *
   * @param rows most rows of a step
   * @param mostRanks most window rows that a step's segments have together
   * @param vector elements of 16 bytes
   * @param multiprocessors of the device
   */
  record Sizes(int rows, int mostRanks, int vector, int multiprocessors) {}

  private int mostExpansions(LoraSite site) {
    int vectors = site.outputs(config) / vector;
    return (vectors + FEWEST_LANES - 1) / FEWEST_LANES;
  }

  /** Most rows that an adapter has in a segment of this step. */
  int mostRows() {
    return mostRows;
  }

  /** Pieces of the first product of this step, for each module. */
  int shrinkItems() {
    return shrinkItems;
  }

  /** Pieces of the second product of this step. */
  int expandItems(LoraSite site) {
    return expansion(site).used[0];
  }

  /** Numbers that lie between the two products, for each module. */
  long lowNumbers() {
    return lowNumbers;
  }

  long headerAddress(LoraSite site) {
    return expansion(site).header.address();
  }

  long segmentsAddress() {
    return segments.address();
  }

  long tokensAddress() {
    return tokens.address();
  }

  long shrinksAddress() {
    return shrinks.address();
  }

  long expandsAddress(LoraSite site) {
    return expansion(site).items.address();
  }

  private Expansion expansion(LoraSite site) {
    return java.util.Objects.requireNonNull(expansions.get(site));
  }

  /**
   * Cuts and sends, unless it is what was sent last.
   *
   * @param given rows with adapters, each few enough
   * @param window where the rows of adapters are
   */
  void send(List<StepRows.Segment> given, AdapterWindow window) {
    cut.clear();
    for (StepRows.Segment segment : given) {
      RowRange range = segment.adapter().rows(group);
      if (range != null) {
        for (int at = segment.first(); at < segment.end(); at += SEGMENT_ROWS) {
          int rows = Math.min(SEGMENT_ROWS, segment.end() - at);
          cut.add(new Segment(at, rows, range, segment.adapter().scaling()));
        }
      }
    }
    CellRun run = window.run();
    long start = run == null ? 0 : (long) run.start() * cellElements();
    if (start == sentStart && cut.equals(sent)) {
      return;
    }
    reset();
    requireRoom();
    sendShrinks();
    expansions.forEach((site, expansion) -> sendExpands(site, expansion, start));
    sent.addAll(cut);
    sentStart = start;
  }

  /** Forgets what was sent. */
  void reset() {
    sent.clear();
    sentStart = NOT_SENT;
  }

  private void requireRoom() {
    long rows = 0;
    long items = 0;
    long numbers = 0;
    for (Segment segment : cut) {
      int rank = segment.window.count();
      rows += segment.rows;
      items += ceil(rank, SHRINK_RANKS);
      numbers += (long) rank * segment.rows;
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

  private void sendShrinks() {
    int token = 0;
    shrinkItems = 0;
    mostRows = 0;
    lowNumbers = 0;
    for (int s = 0; s < cut.size(); s++) {
      Segment segment = cut.get(s);
      int rank = segment.window.count();
      mostRows = Math.max(mostRows, segment.rows);
      int first = segment.window.first();
      int at = s * 2 * QUAD;
      segments.set(at, first, rank, token, segment.rows);
      int pieces = (rank + SHRINK_RANKS - 1) / SHRINK_RANKS;
      segments.set(
          at + QUAD,
          Float.floatToRawIntBits(segment.scaling),
          Math.toIntExact(lowNumbers),
          pieces,
          0);
      for (int t = 0; t < segment.rows; t++) {
        tokens.set(token++, segment.firstToken + t);
      }
      for (int r = 0; r < rank; r += SHRINK_RANKS) {
        int ranks = Math.min(SHRINK_RANKS, rank - r);
        shrinks.set(shrinkItems++ * QUAD, s, r, first + r, ranks);
      }
      lowNumbers += (long) rank * segment.rows;
    }
    segments.send(cut.size() * 2 * QUAD);
    tokens.send(token);
    shrinks.send(shrinkItems * QUAD);
  }

  private void sendExpands(LoraSite site, Expansion expansion, long windowStart) {
    int vectors = site.outputs(config) / vector;
    int used = 0;
    for (int passes = MOST_PASSES; passes >= 1; passes /= 2) {
      used = writeExpands(expansion.items, vectors, passes);
      if (used >= multiprocessors) {
        break;
      }
    }
    expansion.used[0] = used;
    expansion.header.set(0, shrinkItems, used, (int) windowStart, (int) (windowStart >>> 32));
    expansion.header.send(QUAD);
    expansion.items.send(used * QUAD);
  }

  private int writeExpands(StepInput.Part items, int vectors, int passes) {
    int used = 0;
    for (int s = 0; s < cut.size(); s++) {
      Segment segment = cut.get(s);
      int rank = segment.window.count();
      int lanes = THREADS;
      while (lanes > FEWEST_LANES && ceil(rank, THREADS / lanes) > passes) {
        lanes /= 2;
      }
      int shape = rank * 256 + Integer.numberOfTrailingZeros(lanes);
      for (int v = 0; v < vectors; v += lanes) {
        items.set(used++ * QUAD, s, v, segment.window.first(), shape);
      }
    }
    return used;
  }

  private static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }
}
