package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.model.ModelConfig;
import io.chameleon.model.ModelConfigReader;
import io.chameleon.simulation.ProfileFile;
import io.chameleon.simulation.StepCost;
import io.chameleon.simulation.StepLoad;
import java.nio.file.Path;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class GpuFitTest {

  private static final double FLOPS = 752e12;

  private static final double COPY_BYTES = 2e12;

  private static final StepCost TRUE =
      new StepCost(
          new StepCost.Prefill(5.3, 0.0108, 0.00002, 0.0000025, 0, new StepCost.Ridge(188, 0.0077)),
          new StepCost.Decode(4, 0.0075, 0.00012, 0.0007),
          0.2);

  @Test
  void profile_ofStepsThatAreMeasured_hasTheirCostsAndTheRidge(@TempDir Path folder)
      throws Exception {
    GpuFit fit = new GpuFit(FLOPS, COPY_BYTES);
    for (int tokens : new int[] {32, 64, 128, 256, 512, 1024, 4096}) {
      fit.prefill(tokens, 0, TRUE.engineMs(prompt(tokens, 0)));
    }
    fit.prefill(1024, 128, TRUE.engineMs(prompt(1024, 128)));
    for (int rows : new int[] {1, 32, 64}) {
      for (int rank : new int[] {0, 16, 64}) {
        for (int context : new int[] {128, 512}) {
          int[] ranks = new int[rows];
          java.util.Arrays.fill(ranks, rank);
          StepLoad load = new StepLoad(0, 0, 0, rows, (long) rows * context, rows * rank);
          fit.decode(ranks, context, TRUE.engineMs(load));
        }
      }
    }
    fit.upload(5e10);
    ModelShape shape = ModelShape.named("llama-2-7b");
    ModelConfig model = ModelConfigReader.read(JsonMapper.shared().valueToTree(shape.config()));

    String said = fit.write(folder, shape, model, 524_288);

    assertThat(said).contains("18 decode steps within 0.0 %", "8 prefill steps within 0.0 %");
    StepCost found = ProfileFile.load(folder.resolve("gpu-llama-2-7b.yaml").toString()).stepCost();
    assertThat(found.prefill().ridge().tokens()).isEqualTo(188);
    assertNear(found.prefill().ridge().perTokenBeyond(), 0.0077);
    assertNear(found.prefill().fixedMs(), 5.3);
    assertNear(found.prefill().perToken(), 0.0108);
    assertNear(found.prefill().perTokenRank(), 0.00002);
    assertNear(found.prefill().perPair(), 0.0000025);
    assertNear(found.decode().fixedMs(), 4);
    assertNear(found.decode().perRank(), 0.0007);
  }

  private static StepLoad prompt(int tokens, int rank) {
    return new StepLoad(tokens, (long) tokens * rank, tokens * (tokens + 1L) / 2, 0, 0, 0);
  }

  /** Profiles have five digits. */
  private static void assertNear(double found, double expected) {
    assertThat(found).isCloseTo(expected, Percentage.withPercentage(0.01));
  }
}
