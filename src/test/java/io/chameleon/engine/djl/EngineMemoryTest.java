package io.chameleon.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.engine.Batch;
import io.chameleon.engine.SampledToken;
import io.chameleon.engine.SequenceStep;
import io.chameleon.fixtures.TestLength;
import io.chameleon.oracle.EngineBench;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Everything that a step makes in native memory is freed by its end. */
class EngineMemoryTest {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int WARM_UP = 500;

  /** Between the least of the first half and the least of the second there are half as many. */
  private static final int STEPS = TestLength.of(8_000, 16_000);

  private static final int STEPS_BETWEEN_LOOKS = 500;

  private static final long RESIDENT_BOUND = 32L << 20;

  /**
   * Of what malloc has given out: 1,000 bytes a step of half of 16,000, 2,000 of half of 8,000,
   * less than the dozen tensors of a step with what belongs to them. The virtual machine's own few
   * megabytes come and go below that.
   */
  private static final long ALLOCATED_BOUND = 8L << 20;

  private static final List<String> FIELDS =
      List.of(
          "arena",
          "ordblks",
          "smblks",
          "hblks",
          "hblkhd",
          "usmblks",
          "fsmblks",
          "uordblks",
          "fordblks",
          "keepcost");

  @Test
  void manySteps_ofDecodeAndPrefill_leaveMemoryFlat() throws Throwable {
    assumeTrue(Files.isReadable(STATUS), "no /proc");
    try (EngineBench bench = EngineBench.tiny("qwen2-bias", UnaryOperator.identity())) {
      Batch batch = batch(bench);
      run(bench, batch, WARM_UP);
      List<Long> resident = new ArrayList<>();
      List<Long> allocated = new ArrayList<>();
      for (int done = 0; done < STEPS; done += STEPS_BETWEEN_LOOKS) {
        run(bench, batch, STEPS_BETWEEN_LOOKS);
        resident.add(residentBytes());
        allocated.add(allocatedBytes());
      }

      System.out.printf(
          "%,d steps: resident memory grew by %,d bytes, native allocations by %,d%n",
          STEPS, growth(resident), growth(allocated));
      assertThat(growth(resident)).as("growth of resident memory").isLessThan(RESIDENT_BOUND);
      assertThat(growth(allocated)).as("growth of allocations").isLessThan(ALLOCATED_BOUND);
    }
  }

  private static long growth(List<Long> looks) {
    // The least of each half: what the compiler takes for thousands of steps comes and goes.
    int half = looks.size() / 2;
    return Collections.min(looks.subList(half, looks.size()))
        - Collections.min(looks.subList(0, half));
  }

  private static void run(EngineBench bench, Batch batch, int steps) {
    for (int i = 0; i < steps; i++) {
      assertThat(bench.engine.step(batch).tokens()).hasSize(batch.sequences().size());
    }
    System.gc();
  }

  /** Three decode rows of as many adapters, and a chunk. */
  private static Batch batch(EngineBench bench) {
    List<AdapterLease> leases =
        Stream.of("all-linear-r3", "pattern", "qv-r12-rslora", "some-layers")
            .map(bench::lease)
            .toList();
    List<SequenceStep> steps = new ArrayList<>();
    for (AdapterLease lease : leases) {
      int count = steps.size() < 3 ? 1 : 8;
      steps.add(
          new SequenceStep(
              new int[count],
              0,
              count,
              0,
              bench.cells.allocate(count).orElseThrow().run(),
              lease.adapter(),
              (logits, offset, size) -> new SampledToken(0, logits[offset], List.of())));
    }
    return new Batch(steps);
  }

  private static long residentBytes() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .sum();
  }

  /** What malloc has given out, of all its arenas; 0 where the C library does not tell. */
  private static long allocatedBytes() throws Throwable {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> mallinfo = linker.defaultLookup().find("mallinfo2");
    if (mallinfo.isEmpty()) {
      return 0;
    }
    MemoryLayout[] fields =
        FIELDS.stream()
            .map(name -> ValueLayout.JAVA_LONG.withName(name))
            .toArray(MemoryLayout[]::new);
    MethodHandle call =
        linker.downcallHandle(
            mallinfo.get(), FunctionDescriptor.of(MemoryLayout.structLayout(fields)));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer = (MemorySegment) call.invokeExact((SegmentAllocator) arena);
      return answer.getAtIndex(ValueLayout.JAVA_LONG, FIELDS.indexOf("uordblks"))
          + answer.getAtIndex(ValueLayout.JAVA_LONG, FIELDS.indexOf("hblkhd"));
    }
  }
}
