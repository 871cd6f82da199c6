package io.chameleon.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TwoSizesTest {

  private static final long SEED = 20261201;

  private static final TwoSizes.Range SMALL = new TwoSizes.Range(8, 16, 1, 3);

  private static final TwoSizes.Range LARGE = new TwoSizes.Range(256, 320, 48, 80);

  @Test
  void lengths_areOfOneKindOrTheOther_inTheirShares() {
    TwoSizes sizes = new TwoSizes(0.8, SMALL, LARGE);
    Supplier<RequestLengths> drawn = sizes.over(new Random(SEED));
    List<RequestLengths> lengths = Stream.generate(drawn).limit(20_000).toList();
    List<RequestLengths> large =
        lengths.stream().filter(each -> sizes.isLarge(each.inputTokens())).toList();

    assertThat(large.size() / 20_000.0).as("seed %d", SEED).isCloseTo(0.2, within(0.01));
    assertThat(large)
        .allSatisfy(each -> {
          assertThat(each.inputTokens()).isBetween(256, 320);
          assertThat(each.outputTokens()).isBetween(48, 80).isEqualTo(each.maxTokens());
        });
    assertThat(lengths.stream().filter(each -> !sizes.isLarge(each.inputTokens())))
        .allSatisfy(each -> {
          assertThat(each.inputTokens()).isBetween(8, 16);
          assertThat(each.outputTokens()).isBetween(1, 3);
        });
    assertThat(lengths).extracting(RequestLengths::inputTokens).contains(8, 16, 256, 320);
  }

  @Test
  void sizes_thatOverlapOrAreNotThere_areRefused() {
    assertThatThrownBy(() -> new TwoSizes(0.8, LARGE, SMALL)).hasMessageContaining("overlap");
    assertThatThrownBy(() -> new TwoSizes(1, SMALL, LARGE)).hasMessageContaining("a share of 1.0");
    assertThatThrownBy(() -> new TwoSizes.Range(8, 7, 1, 1))
        .hasMessageContaining("the longest prompt");
  }
}
