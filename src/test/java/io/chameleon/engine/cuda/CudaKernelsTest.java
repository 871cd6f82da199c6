package io.chameleon.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.model.ElementType;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each kernel gives what its twin gives, on random inputs of odd sizes, and writes nothing else;
 * and a recorded step gives what it gives launch by launch. A device is opened for each shape and
 * format.
 */
@Tag("gpu")
@ParameterizedClass(name = "{0}")
@MethodSource("stands")
class CudaKernelsTest extends OperatorChecks {

  private static @Nullable OperatorStand open;

  @Parameter @Nullable KernelStand which;

  @BeforeAll
  static void gpu() {
    Gpu.require();
  }

  static Stream<KernelStand> stands() {
    return KernelStand.all();
  }

  @BeforeParameterizedClassInvocation
  static void open(KernelStand which) {
    Gpu.require();
    System.out.println(which + ", seed " + OperatorStand.SEED);
    open = which.open();
  }

  @AfterParameterizedClassInvocation
  static void close() {
    if (open != null) {
      open.close();
      open = null;
    }
  }

  @Override
  OperatorStand stand() {
    return Objects.requireNonNull(open);
  }

  @Test
  void rope_ofRowsThatOnlyFillUp_leavesThemAndTheArenaAlone() {
    rope(
        StepMix.decode(17, 1, 5, 33),
        step -> new Step(step.rows(), StepGraphs.filled(step.rows().rows()), step.rows().wanted()));
  }

  @Test
  void recordedStep_replayedWithOtherInputs_givesTheLogitsOfLaunchesAndTwins() {
    StepGraphs.Key first = recorded(StepMix.decode(17, 33, 5, 40));
    // Other tokens, lengths and order of adapters, and the same launches.
    StepGraphs.Key second = recorded(StepMix.decodeFrom(4, 17, 5, 512, 1));
    assertThat(second).isEqualTo(first);
  }

  @Test
  void recordedStep_ofManyRowsOfAnAdapter_givesTheLogitsOfLaunchesAndTwins() {
    recorded(StepMix.rows(24, "rank 100"));
    recorded(StepMix.rows(3, "rank 3"));
  }

  /** A launch of RoPE's own for the one row that is left, where the others are rotated. */
  @Test
  void recordedStep_ofRowsOfAnAdapterAndOneOfTheBase_isAnotherWhereRowsAreRotated() {
    StepGraphs.Key whole = recorded(StepMix.rows(24, "rank 100"));
    StepGraphs.Key left = recorded(StepMix.rowsAndBase(23, "rank 100"));
    assertThat(left.equals(whole)).isNotEqualTo(rotates());
  }

  @Test
  void loraAndRope_ofSingleTokens_isOnePartWhereHeadsAllow() {
    try (PartCheck check = new PartCheck(stand(), "loraAndRope", "one part")) {
      stand().operators.prepare(Step.exactly(StepMix.rows(3, "rank 3").on(stand(), check.random)));
      assertThat(stand().operators.joinsLoraAndRope()).isEqualTo(rotates());
      stand().operators.prepare(Step.exactly(StepMix.rows(3, "o alone").on(stand(), check.random)));
      assertThat(stand().operators.joinsLoraAndRope()).isFalse();
    }
  }

  private boolean rotates() {
    return stand().model.model().numbers() == ElementType.BF16
        && RopeStruct.suits(stand().model.config());
  }

  /** Runs a step launch by launch, then recorded, and replayed, each beside the twins. */
  private StepGraphs.Key recorded(StepMix mix) {
    try (PartCheck check = new PartCheck(stand(), "recorded step", mix.name())) {
      StepRows rows = mix.on(stand(), check.random);
      Step exact = Step.exactly(rows);
      int filled = StepGraphs.filled(rows.rows());
      Step step = new Step(rows, filled, Math.min(filled, OperatorStand.SEQUENCES));
      DecoderStep checked = new DecoderStep(stand().model, stand().operators);
      Consumer<Operators> twin = by -> new DecoderStep(stand().model, by).run(exact);
      whole(check, rows).run(exact, step, twin, () -> checked.run(step));
      GpuDevice.Parts parts = Objects.requireNonNull(stand().parts);
      StepGraphs graphs = Objects.requireNonNull(stand().graphs);
      AtomicInteger launched = new AtomicInteger();
      AtomicReference<StepGraphs.@Nullable Key> key = new AtomicReference<>();
      Runnable asRecorded =
          () -> {
            StepGraphs.Key now = CudaRunner.key(step, parts.lora());
            key.set(now);
            graphs.run(
                now,
                () -> {
                  launched.incrementAndGet();
                  checked.run(step);
                });
          };
      check.run(exact, step, twin, asRecorded);
      int before = launched.get();
      check.run(exact, step, twin, asRecorded);
      assertThat(launched).as("launches of %s in a replay", mix).hasValue(before);
      return Objects.requireNonNull(key.get());
    }
  }
}
