package io.chameleon.admission;

import static io.chameleon.fixtures.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.chameleon.adapter.catalogue.AdapterCatalogue;
import io.chameleon.adapter.catalogue.AdapterSettings;
import io.chameleon.adapter.catalogue.AdapterShape;
import io.chameleon.adapter.catalogue.AdapterVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdapterSizesTest {

  private static final Path FOLDER = Path.of("adapters");

  private AdapterCatalogue catalogue =
      new AdapterCatalogue(
          List.of(
              served("small", 8, 4097),
              served("huge", 64, Long.MAX_VALUE / 2),
              new AdapterCatalogue.Refused("broken", FOLDER, "its rank is 0")));

  private final AdapterSizes sizes = AdapterSizes.ofCatalogue(() -> catalogue, 4096);

  @Test
  void adapter_ofTheCatalogue_hasItsRankAndWholeCells() {
    assertThat(sizes.of("small")).isEqualTo(new AdapterFootprint(8, 2));
    assertThat(sizes.of("huge")).isEqualTo(new AdapterFootprint(64, Integer.MAX_VALUE));
  }

  @Test
  void adapter_thatIsNotServed_hasNoSize() {
    assertThat(sizes.of(null)).isEqualTo(AdapterFootprint.NONE);
    assertThat(sizes.of("nowhere")).isEqualTo(AdapterFootprint.NONE);
    assertThat(sizes.of("broken")).isEqualTo(AdapterFootprint.NONE);
  }

  @Test
  void adapter_thatIsReplaced_hasTheNewSize() {
    catalogue = new AdapterCatalogue(List.of(served("small", 16, 8192)));

    assertThat(sizes.of("small")).isEqualTo(new AdapterFootprint(16, 2));
  }

  @Test
  void request_withAnAdapter_isSizedWithIt() {
    RequestSizer sizer = new RequestSizer(OutputLengthPredictor.declaredUpTo(16), sizes);

    assertThat(sizer.size(request("small", 20, 80))).isEqualTo(new RequestSize(20, 16, 8, 2));
    assertThat(sizer.size(request(20, 80))).isEqualTo(new RequestSize(20, 16));
  }

  @Test
  void footprint_belowZero_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdapterFootprint(-1, 0))
        .withMessage("adapter of rank -1 and 0 cells; both must be at least 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AdapterSizes.ofCatalogue(() -> catalogue, 0))
        .withMessage("cells of 0 bytes; they must have at least 1");
  }

  private static AdapterCatalogue.Served served(String name, int rank, long bytes) {
    return new AdapterCatalogue.Served(
        new AdapterVersion(
            name, FOLDER, new AdapterShape(rank, bytes, Map.of()), AdapterSettings.NONE));
  }
}
