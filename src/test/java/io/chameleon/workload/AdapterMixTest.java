package io.chameleon.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class AdapterMixTest {

  @Test
  void evenMix_ofAHundred_hasTwentyOfEachRank() {
    AdapterMix mix = AdapterMix.even(100);

    assertThat(mix.size()).isEqualTo(100);
    assertThat(mix.byRank()).containsOnlyKeys(8, 16, 32, 64, 128);
    assertThat(mix.byRank().values()).allMatch(adapters -> adapters.length == 20);
    assertThat(mix.byRank().get(16)).startsWith(1, 6, 11);
    assertThat(mix.rank(7)).isEqualTo(32);
  }

  @Test
  void mixesOfOneRank_haveTheSmallestOrTheLargest() {
    assertThat(AdapterMix.allSmall(2).ranks()).containsExactly(8, 8);
    assertThat(AdapterMix.allLarge(2).ranks()).containsExactly(128, 128);
    assertThat(AdapterMix.of(4, 9)).isEqualTo(new AdapterMix(List.of(4, 9)));
  }

  @Test
  void mix_ofNothing_isRefused() {
    assertThatThrownBy(() -> AdapterMix.even(0)).hasMessageContaining("is 0");
    assertThatThrownBy(AdapterMix::of).hasMessageContaining("no adapters");
    assertThatThrownBy(() -> AdapterMix.of(8, 0)).hasMessageContaining("rank of an adapter is 0");
  }
}
