package io.chameleon.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.adapter.host.AdapterLayout;
import io.chameleon.adapter.host.HostBlock;
import io.chameleon.adapter.host.PackedAdapter;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.ModelConfig;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The oracle bites: small faults in an adapter show in its cases, and in no others. */
class AblationTest {

  private static final String DEMO = "demo";
  private static final String BASE = "(base)";
  private static final long SEED = 20261124;

  static Stream<String> fixtures() {
    return Stream.concat(TinyModels.ARCHITECTURES.stream(), Stream.of(DEMO));
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void scaling_offByAHundredth_failsCasesOfEveryAdapter(String fixture) {
    check(fixture, "scaled by 1.01", AblationTest::scaled);
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void modules_swappedBetweenLayers_failCasesOfEveryAdapter(String fixture) {
    ModelConfig model = model(fixture);
    check(fixture, "two modules swapped", adapter -> swapped(adapter, model));
  }

  private static void check(String fixture, String what, UnaryOperator<PackedAdapter> change) {
    Map<String, Integer> failed = new TreeMap<>();
    double tolerance = fixture.equals(DEMO) ? 2e-3 : 2e-4;
    try (EngineBench bench = bench(fixture, change)) {
      List<GoldenCase> golden = fixture.equals(DEMO) ? GoldenCase.demo() : GoldenCase.tiny(fixture);
      for (GoldenRun run : Oracle.runs(bench, golden, Integer.MAX_VALUE, new Random(SEED))) {
        String adapter = run.golden.adapter() == null ? BASE : run.golden.adapter();
        failed.merge(adapter, run.differs(tolerance) ? 1 : 0, Integer::sum);
      }
    }
    System.out.printf("%s, %s, seed %d: cases that fail %s%n", fixture, what, SEED, failed);
    assertThat(failed.remove(BASE)).as("cases without an adapter").isZero();
    assertThat(failed.keySet()).hasSize(fixture.equals(DEMO) ? 26 : 6);
    assertThat(missed(failed)).as("adapters of which no case fails").isEmpty();
  }

  private static Set<String> missed(Map<String, Integer> failed) {
    Set<String> missed = new TreeSet<>();
    failed.forEach((adapter, count) -> {
      if (count == 0) {
        missed.add(adapter);
      }
    });
    return missed;
  }

  private static EngineBench bench(String fixture, UnaryOperator<PackedAdapter> change) {
    return fixture.equals(DEMO) ? EngineBench.demo(change) : EngineBench.tiny(fixture, change);
  }

  private static ModelConfig model(String fixture) {
    var base =
        fixture.equals(DEMO)
            ? EngineBench.DEMO.resolve("base")
            : GoldenCase.FIXTURES.resolve(fixture).resolve("base");
    try (Checkpoint checkpoint = Checkpoint.open(base)) {
      return checkpoint.config();
    }
  }

  private static PackedAdapter scaled(PackedAdapter adapter) {
    AdapterLayout layout = adapter.layout();
    AdapterLayout scaled =
        AdapterLayout.of(
            layout.contentHash(), layout.scaling() * 1.01f, layout.blocks(), layout.bytes());
    return new PackedAdapter(scaled, new HostBlock(adapter.weights(), adapter::release));
  }

  /** Exchanges the update of a module with that of the same module in another layer. */
  private static PackedAdapter swapped(PackedAdapter adapter, ModelConfig model) {
    List<AdapterLayout.Block> blocks = adapter.layout().blocks();
    AdapterLayout.Block first = blocks.getFirst();
    AdapterLayout.Block second =
        blocks.stream()
            .filter(block -> block.module() == first.module() && block.rank() == first.rank())
            .filter(block -> block.layer() != first.layer())
            .findFirst()
            .orElseThrow();
    int elements =
        first.rank() * (model.inputSize(first.module()) + model.outputSize(first.module()));
    MemorySegment one = slice(adapter, first, elements);
    MemorySegment other = slice(adapter, second, elements);
    float[] kept = one.toArray(ValueLayout.JAVA_FLOAT);
    one.copyFrom(other);
    other.copyFrom(MemorySegment.ofArray(kept));
    return adapter;
  }

  private static MemorySegment slice(
      PackedAdapter adapter, AdapterLayout.Block block, int elements) {
    return adapter.weights().asSlice(block.offset() * Float.BYTES, (long) elements * Float.BYTES);
  }
}
