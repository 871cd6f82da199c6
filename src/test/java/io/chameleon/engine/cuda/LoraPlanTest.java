package io.chameleon.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.adapter.AdapterPlace;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.engine.Batch;
import io.chameleon.engine.SequenceStep;
import io.chameleon.memory.CellRun;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * What the kernels of low-rank updates are given: each piece of work once, from the right place.
 */
class LoraPlanTest {

  private static final long SEED = 20261130;
  private static final int QUAD = 4;
  private static final int VECTOR = 8;
  private static final ModelConfig CONFIG = ModelShape.HOST.config();

  @AutoClose private static HostTwins twins = HostTwins.open();

  private final Arena arena = Arena.ofConfined();
  private final Random random = new Random(SEED);
  private final MemorySegment[] host = new MemorySegment[1];
  private int[] numbers = {};
  private long base;

  @AfterEach
  void close() {
    arena.close();
  }

  @Test
  void plan_ofRandomAdapters_hasEachRankAndEachColumnOfTheirModulesOnce() {
    System.out.println("seed " + SEED);
    for (ModuleGroup group : ModuleGroup.values()) {
      check(group, false);
    }
  }

  @Test
  void plan_thatRotatesRows_hasColumnsOfMissingModulesOfQkvToo() {
    System.out.println("seed " + SEED);
    for (ModuleGroup group : ModuleGroup.values()) {
      check(group, true);
    }
  }

  @Test
  void plan_ofAdaptersWithoutQkv_rotatesNoRows() {
    LoraPlan plan = plan(ModuleGroup.ATTENTION, true);
    plan.send(segments(adapter("o alone", 40, Map.of(LinearModule.O, 8))), false);

    assertThat(plan.isRotated()).isFalse();
    assertThat(plan.expandBlocks(LoraSite.QKV)).isZero();
    assertThat(plan.expandBlocks(LoraSite.OUTPUT)).isPositive();
  }

  private void check(ModuleGroup group, boolean rotates) {
    LoraPlan plan = plan(group, rotates);
    for (int trial = 0; trial < 40; trial++) {
      List<ResidentAdapter> rows = rows();
      plan.send(
          new StepRows(
                  new Batch(
                      IntStream.range(0, rows.size()).mapToObj(i -> step(i, rows.get(i))).toList()))
              .segments(),
          random.nextBoolean());
      numbers = host[0].toArray(JAVA_INT);
      for (LoraSite site : LoraSite.values()) {
        if (site.group() == group) {
          checkShrinks(plan, site, rows);
          checkExpands(plan, site, rows, rotates && site == LoraSite.QKV);
        }
      }
    }
  }

  @Test
  void plan_ofAnAdapterThatHasMoved_isSentAnew() {
    LoraPlan plan = plan(ModuleGroup.ATTENTION, false);
    plan.send(segments(adapter("here", 40, Map.of(LinearModule.Q, 8))), false);
    numbers = host[0].toArray(JAVA_INT);
    long before = address(index(plan.shrinksAddress(LoraSite.QKV)) + QUAD);
    plan.send(segments(adapter("here", 41, Map.of(LinearModule.Q, 8))), false);
    numbers = host[0].toArray(JAVA_INT);

    assertThat(address(index(plan.shrinksAddress(LoraSite.QKV)) + QUAD) - before)
        .isEqualTo(2L * CONFIG.layers() * CONFIG.kvHeads() * CONFIG.headSize());
  }

  private static List<StepRows.Segment> segments(ResidentAdapter adapter) {
    return new StepRows(new Batch(List.of(step(0, adapter)))).segments();
  }

  private LoraPlan plan(ModuleGroup group, boolean rotates) {
    StepInput input =
        new StepInput(
            twins.memory(), new HostQueue(), bytes -> host[0] = arena.allocate(bytes, 64));
    LoraPlan plan =
        new LoraPlan(input, group, CONFIG, new LoraPlan.Sizes(64, 1 << 12, VECTOR, 132), rotates);
    input.open();
    base = input.tensor().address();
    return plan;
  }

  /** Up to 40 rows of a few adapters, each with some of the modules. */
  private List<ResidentAdapter> rows() {
    List<ResidentAdapter> adapters = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(6); i++) {
      Map<LinearModule, Integer> ranks = new EnumMap<>(LinearModule.class);
      for (LinearModule module : LinearModule.values()) {
        if (random.nextInt(3) > 0) {
          ranks.put(module, 1 + random.nextInt(40));
        }
      }
      ranks.put(LinearModule.V, 1 + random.nextInt(100));
      adapters.add(adapter("a" + i, 1000 * i + random.nextInt(900), ranks));
    }
    return IntStream.range(0, 1 + random.nextInt(40))
        .mapToObj(i -> adapters.get(random.nextInt(adapters.size())))
        .sorted(Comparator.comparing(ResidentAdapter::name))
        .toList();
  }

  private static ResidentAdapter adapter(String name, int cell, Map<LinearModule, Integer> ranks) {
    return new RestedAdapter(CONFIG, cell, ranks).named(name, 2);
  }

  private static SequenceStep step(int row, ResidentAdapter adapter) {
    return new SequenceStep(new int[1], 0, 1, 5, new CellRun(10_000 + 10 * row, 7), adapter, null);
  }

  private int index(long address) {
    return Math.toIntExact((address - base) / Integer.BYTES);
  }

  /** A row of the step and a rank; for each of the rows of a segment. */
  private record Piece(int row, int number) {}

  private void checkShrinks(LoraPlan plan, LoraSite site, List<ResidentAdapter> rows) {
    for (int m = 0; m < site.modules().size(); m++) {
      LinearModule module = site.modules().get(m);
      List<Piece> seen = new ArrayList<>();
      int count = numbers[index(plan.headerAddress(site)) + m];
      assertThat(count).isLessThanOrEqualTo(plan.shrinkItems(site));
      int first = index(plan.shrinksAddress(site)) + m * plan.shrinkPitch() * QUAD;
      for (int at = first; at < first + count * 2 * QUAD; at += 2 * QUAD) {
        int segment = numbers[at];
        AdapterPlace place = placeOf(plan, segment, rows);
        checkPlace(at + QUAD, place, start(place) + place.offset(module));
        assertThat(numbers[at + 3]).isBetween(1, 8);
        for (int rank = 0; rank < numbers[at + 3]; rank++) {
          add(seen, plan, segment, numbers[at + 1] + rank);
        }
      }
      assertThat(seen)
          .containsExactlyInAnyOrderElementsOf(all(rows, place -> place.rank(module), 0));
    }
  }

  private void checkExpands(
      LoraPlan plan, LoraSite site, List<ResidentAdapter> rows, boolean rotates) {
    List<Piece> seen = new ArrayList<>();
    int first = index(plan.expandsAddress(site));
    int count = numbers[index(plan.headerAddress(site)) + 3];
    assertThat(count).isEqualTo(plan.expandBlocks(site));
    boolean whole = rotates && plan.shrinkItems(site) > 0;
    if (site == LoraSite.QKV) {
      assertThat(plan.isRotated()).isEqualTo(whole);
    }
    for (int at = first; at < first + count * 2 * QUAD; at += 2 * QUAD) {
      int segment = numbers[at];
      LinearModule module = site.modules().get(numbers[at + 2]);
      AdapterPlace place = placeOf(plan, segment, rows);
      if (place.rank(module) > 0) {
        long a = start(place) + place.offset(module);
        checkPlace(at + QUAD, place, a + (long) place.rank(module) * CONFIG.inputSize(module));
      }
      assertThat(numbers[at + 3] >> 8).isEqualTo(place.rank(module));
      int end = endOf(site, numbers[at + 2]);
      for (int v = 0; v < 1 << (numbers[at + 3] & 255) && numbers[at + 1] + v < end; v++) {
        add(seen, plan, segment, numbers[at + 1] + v);
      }
    }
    List<Piece> wanted = new ArrayList<>();
    int from = 0;
    for (LinearModule module : site.modules()) {
      int vectors = CONFIG.outputSize(module) / VECTOR;
      wanted.addAll(all(rows, place -> isUpdated(place, module, whole) ? vectors : 0, from));
      from += vectors;
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(wanted);
  }

  /** With its group's others, where all columns are covered. */
  private static boolean isUpdated(AdapterPlace place, LinearModule module, boolean whole) {
    return whole
        ? ModuleGroup.of(module).modules().stream().anyMatch(other -> place.rank(other) > 0)
        : place.rank(module) > 0;
  }

  private static int endOf(LoraSite site, int module) {
    return site.modules().stream().limit(module + 1L).mapToInt(CONFIG::outputSize).sum() / VECTOR;
  }

  private void add(List<Piece> seen, LoraPlan plan, int segment, int number) {
    int at = index(plan.segmentsAddress()) + segment * 2 * QUAD;
    for (int i = 0; i < numbers[at + 3]; i++) {
      seen.add(new Piece(numbers[index(plan.tokensAddress()) + numbers[at + 2] + i], number));
    }
  }

  private AdapterPlace placeOf(LoraPlan plan, int segment, List<ResidentAdapter> rows) {
    int at = index(plan.segmentsAddress()) + segment * 2 * QUAD;
    int row = numbers[index(plan.tokensAddress()) + numbers[at + 2]];
    return rows.get(row).requirePlace();
  }

  private void checkPlace(int at, AdapterPlace place, long wanted) {
    assertThat(address(at)).isEqualTo(wanted);
    assertThat(numbers[at + 2]).isEqualTo((int) place.layerElements());
  }

  private long address(int at) {
    return Integer.toUnsignedLong(numbers[at]) | (long) numbers[at + 1] << Integer.SIZE;
  }

  private static long start(AdapterPlace place) {
    return place.startCell() * 2L * CONFIG.layers() * CONFIG.kvHeads() * CONFIG.headSize();
  }

  private static List<Piece> all(
      List<ResidentAdapter> rows,
      java.util.function.ToIntFunction<AdapterPlace> numbers,
      int from) {
    List<Piece> all = new ArrayList<>();
    for (int row = 0; row < rows.size(); row++) {
      int count = numbers.applyAsInt(rows.get(row).requirePlace());
      for (int number = 0; number < count; number++) {
        all.add(new Piece(row, from + number));
      }
    }
    return all;
  }
}
