package io.chameleon.adapter.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class CataloguePropertiesTest {

  @Test
  void values_withinTheLimits_areTaken() {
    CatalogueProperties properties = properties(Duration.ofMillis(10), DataSize.ofKilobytes(1));

    assertThat(properties.allowedRoots()).containsExactly(Path.of("/loras"));
  }

  @Test
  void scanInterval_tooShort_isRefusedWithTheLimit() {
    assertThatThrownBy(() -> properties(Duration.ZERO, DataSize.ofMegabytes(1)))
        .hasMessage("chameleon.catalogue.scan-interval is PT0S; it must be at least PT0.01S");
  }

  @Test
  void scanRate_tooLow_isRefusedWithTheLimit() {
    assertThatThrownBy(() -> properties(Duration.ofSeconds(1), DataSize.ofBytes(1)))
        .hasMessage("chameleon.catalogue.scan-rate is 1B; it must be at least 1024 bytes");
  }

  private static CatalogueProperties properties(Duration interval, DataSize rate) {
    return new CatalogueProperties(interval, true, rate, List.of(Path.of("/loras")));
  }
}
