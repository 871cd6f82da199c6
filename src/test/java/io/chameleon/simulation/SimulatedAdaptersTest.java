package io.chameleon.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.adapter.host.AdapterLayout;
import io.chameleon.admission.AdapterFootprint;
import io.chameleon.request.UnknownModelException;
import io.chameleon.workload.AdapterMix;
import org.junit.jupiter.api.Test;

class SimulatedAdaptersTest {

  private final SimulatedAdapters adapters =
      new SimulatedAdapters(ProfileFile.load(ProfileFile.A40).model(), AdapterMix.of(8, 128));

  @Test
  void read_anAdapter_hasItsTrueSizeAndNoNumbers() {
    AdapterVersion version = adapters.require(SimulatedAdapters.name(1));

    AdapterLayout layout = adapters.read(version).layout();

    assertThat(layout.rank()).isEqualTo(128);
    assertThat(layout.bytes()).isEqualTo(4L * 128 * 262_144 * Float.BYTES);
    assertThat(layout.rows(ModuleGroup.ATTENTION)).isEqualTo(128);
    assertThat(layout.rows(ModuleGroup.MLP)).isZero();
    assertThat(version.shape().packedBytes()).isEqualTo(layout.bytes());
  }

  @Test
  void of_anAdapter_isItsRankAndItsCells() {
    assertThat(adapters.of(SimulatedAdapters.name(0))).isEqualTo(new AdapterFootprint(8, 32));
    assertThat(adapters.of(null)).isEqualTo(AdapterFootprint.NONE);
  }

  @Test
  void require_anotherName_isUnknown() {
    assertThatThrownBy(() -> adapters.require("adapter-000002"))
        .isInstanceOf(UnknownModelException.class);
  }
}
