package io.chameleon.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.engine.Batch;
import io.chameleon.engine.SequenceStep;
import io.chameleon.memory.CellRun;
import io.chameleon.model.ElementType;
import io.chameleon.model.ModelConfig;
import io.chameleon.model.RopeConfig;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * In batch-invariant steps a row's products, of the sizes of Llama 2 7B, are bit for bit the same
 * at any place among any others, with no numbers behind them.
 */
@Tag("gpu")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BatchInvariantProductsTest {

  private static final long SEED = 20261130;

  private static final int[] ROWS = {2, 7, 8, 9, 33, 64, 65, 130, 255};

  private static final int PLACES = 4;

  private static final ModelShape LLAMA_7B =
      new ModelShape(
          "a layer of Llama 2 7B",
          new ModelConfig(
              "llama",
              1,
              4096,
              32,
              32,
              128,
              11008,
              32000,
              2048,
              1e-5,
              new RopeConfig(10_000, null),
              false,
              false,
              false,
              false,
              false),
          64L << 20);

  private @Nullable OperatorStand open;

  /** A product of the model. */
  private record Product(
      String name, DeviceTensor from, DeviceTensor weight, DeviceTensor to, boolean accumulate) {}

  @BeforeAll
  void open() {
    Gpu.require();
    System.out.println("seed " + SEED);
    open = OperatorStand.onGpu(LLAMA_7B, ElementType.BF16, Set.of(), false);
  }

  @AfterAll
  void close() {
    if (open != null) {
      open.close();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = StepRows.Kind.class,
      names = {"PROMPT", "GENERATED"})
  void row_atAnyPlaceAmongAnyOthers_hasTheProductsThatItHasAlone(StepRows.Kind kind) {
    for (Product product : products()) {
      assertThat(differences(kind, product)).as("%s, %s", kind, product.name).isEmpty();
    }
  }

  @Test
  void row_inAMixedStep_differsSoOften() {
    for (Product product : products()) {
      List<String> differ = differences(StepRows.Kind.MIXED, product);
      System.out.printf(
          "without the mode, %s: %d of %d differ%n",
          product.name, differ.size(), ROWS.length * PLACES);
    }
  }

  private OperatorStand stand() {
    return Objects.requireNonNull(open);
  }

  private List<Product> products() {
    Activations on = stand().model.activations();
    GpuWeights weights = stand().model.weights();
    GpuWeights.Layer layer = weights.layer(0);
    return List.of(
        new Product("q, k, v", on.normed, layer.qkv(), on.qkv, false),
        new Product("o", on.attended, layer.output(), on.residual, true),
        new Product("gate, up", on.normed, layer.gateUp(), on.gateUp, false),
        new Product("down", on.gated, layer.down(), on.residual, true),
        new Product("head", on.finals, weights.head(), on.logits, false));
  }

  /** Where among others a row gives other bits than alone. */
  private List<String> differences(StepRows.Kind kind, Product product) {
    SplittableRandom random = new SplittableRandom(SEED);
    int most = (int) (product.from.tensor().size() / product.from.columns());
    long rowSeed = random.nextLong();
    int[] alone = run(kind, product, new Place(1, 0, rowSeed), random);
    List<String> differ = new ArrayList<>();
    for (int rows : ROWS) {
      for (int i = 0; i < PLACES && rows <= most; i++) {
        Place place = new Place(rows, i == 0 ? rows - 1 : random.nextInt(rows), rowSeed);
        if (!java.util.Arrays.equals(alone, run(kind, product, place, random))) {
          differ.add(place.toString());
        }
      }
    }
    return differ;
  }

  /**
   * Where the row stands.
   *
   * @param rowSeed of its numbers
   */
  private record Place(int rows, int row, long rowSeed) {}

  /** The bits of the row's product; behind the rows there are no numbers. */
  private int[] run(StepRows.Kind kind, Product of, Place place, SplittableRandom random) {
    DeviceQueue queue = stand().queue();
    try (Arena memory = Arena.ofConfined()) {
      SplittableRandom own = new SplittableRandom(place.rowSeed);
      for (DeviceTensor tensor : List.of(of.from, of.to)) {
        Contents contents = Contents.poison(tensor, memory).randomRows(place.rows, random);
        long at = place.row * contents.columns();
        contents.randomize(at, at + contents.columns(), 0, Contents.UNIT, own);
        contents.write(queue);
      }
      stand().operators.prepare(step(kind, place.rows));
      stand().model.input().carry();
      stand().queue().synchronize();
      stand().operators.linear(of.from, of.weight, of.to, place.rows, of.accumulate);
      queue.synchronize();
      Contents result = Contents.of(of.to, queue, memory);
      int[] bits = new int[(int) result.columns()];
      for (int i = 0; i < bits.length; i++) {
        bits[i] = result.bits(place.row * result.columns() + i);
      }
      return bits;
    }
  }

  private static Step step(StepRows.Kind kind, int rows) {
    int prompt = kind == StepRows.Kind.PROMPT ? rows : 0;
    SequenceStep sequence =
        new SequenceStep(new int[rows], 0, rows, 0, new CellRun(0, rows + 1), null, null, prompt);
    Batch batch = new Batch(List.of(sequence));
    return Step.exactly(
        kind == StepRows.Kind.MIXED ? new StepRows(batch) : StepRows.ofOneKind(batch));
  }
}
