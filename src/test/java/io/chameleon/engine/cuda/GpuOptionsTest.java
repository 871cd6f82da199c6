package io.chameleon.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.model.ElementType;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Options that cannot be kept are refused. */
class GpuOptionsTest {

  @ParameterizedTest
  @ValueSource(strings = {"embedding", "norm", "rope", "activation", "lora"})
  void batchInvariantSteps_withoutAKernelThatTheyNeed_areRefused(String kernel) {
    assertThatThrownBy(() -> options(kernel, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batch-invariant steps need the kernels %s, which are off", kernel);
    assertThat(options(kernel, false).off()).containsExactly(kernel);
  }

  @ParameterizedTest
  @ValueSource(strings = {"span_attention", "attention", "skinny", "sampling"})
  void batchInvariantSteps_withoutAKernelThatTheyDoNotNeed_areAccepted(String kernel) {
    assertThat(options(kernel, true).batchInvariant()).isTrue();
  }

  @Test
  void kernelsOfNoName_areRefused() {
    assertThatThrownBy(() -> options("convolution", false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no kernels are called convolution; there are [");
  }

  private static GpuOptions options(String off, boolean batchInvariant) {
    return new GpuOptions(0, ElementType.BF16, 64, 16, true, Set.of(off), batchInvariant);
  }
}
