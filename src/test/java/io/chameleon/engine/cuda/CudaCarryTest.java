package io.chameleon.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.engine.cuda.driver.CudaContext;
import io.chameleon.model.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The kernel that fetches a step's numbers brings those of the ranges that are asked for alone. */
@Tag("gpu")
class CudaCarryTest {

  private static final long SEED = 20261201;
  private static final int PLACE = 16;
  private static final int SHORT_PLACES = 300;
  private static final int LONG = 100_000;
  private static final int SIZE = SHORT_PLACES * PLACE + LONG;

  /** Of so many places one is never asked for. */
  private static final int SKIPPED = 7;

  @BeforeAll
  static void gpu() {
    Gpu.require();
  }

  @Test
  void numbers_ofRandomRangesLaunchAfterLaunch_areThoseOfTheHost() {
    System.out.println("seed " + SEED);
    Random random = new Random(SEED);
    try (OperatorStand stand =
            OperatorStand.onGpu(ModelShape.GQA2_80, ElementType.BF16, Set.of(), false);
        Arena arena = Arena.ofConfined()) {
      CudaRunner.Streams streams = Objects.requireNonNull(stand.parts).streams();
      CudaContext context = streams.context();
      MemorySegment host = context.allocatePinned((long) SIZE * Integer.BYTES).fill((byte) 0);
      long device = stand.model.activations().gateUp.address();
      DeviceQueue queue = stand.queue();
      queue.clear(device, host.byteSize());
      try (CudaKernels kernels = CudaKernels.compile(context, stand.model.model(), Set.of())) {
        NumberCarrier carrier = new CarryKernel(kernels, streams.stream());
        for (int launch = 0; launch < 50; launch++) {
          NumberRanges ranges = new NumberRanges();
          write(host, ranges, random);
          carrier.carry(device, host.address(), ranges);
          MemorySegment there = arena.allocate(host.byteSize(), Integer.BYTES);
          queue.copy(there.address(), device, there.byteSize());
          queue.synchronize();
          check(there, host);
        }
      } finally {
        queue.synchronize();
        context.freePinned(host);
      }
    }
  }

  private static void check(MemorySegment there, MemorySegment host) {
    for (int i = 0; i < SIZE; i++) {
      int place = i / PLACE;
      boolean skipped = place < SHORT_PLACES && place % SKIPPED == 0;
      int expected = skipped ? 0 : host.getAtIndex(JAVA_INT, i);
      assertThat(there.getAtIndex(JAVA_INT, i)).as("number %d", i).isEqualTo(expected);
    }
  }

  /** Changes numbers of some places, and notes all but those that are skipped. */
  private static void write(MemorySegment host, NumberRanges ranges, Random random) {
    for (int place = 0; place <= SHORT_PLACES; place++) {
      if (random.nextInt(3) > 0) {
        int first = place * PLACE;
        int count = 1 + random.nextInt(place < SHORT_PLACES ? PLACE : LONG);
        for (int i = 0; i < count; i++) {
          host.setAtIndex(JAVA_INT, first + i, random.nextInt());
        }
        if (place == SHORT_PLACES || place % SKIPPED > 0) {
          ranges.add(first, count);
        }
      }
    }
  }
}
