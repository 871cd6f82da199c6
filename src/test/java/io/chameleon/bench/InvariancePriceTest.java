package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The price of batch-invariant steps stands beside steps of the same run. */
class InvariancePriceTest {

  private final List<String> measured = new ArrayList<>();
  private boolean invariant;
  private double drift;

  @Test
  void rows_ofACardThatSlowsDown_areOverTheMeanOfTheStepsAround() {
    Report report = new Report("test");

    new InvariancePrice(on -> invariant = on)
        .addTo(report, rows -> millis("decode", rows), tokens -> millis("prefill", tokens));

    assertThat(report.rows())
        .extracting(ReportRow::name)
        .containsExactly(
            "decode, 1 row, batch-invariant, over base",
            "decode, 32 rows, batch-invariant, over base",
            "decode, 64 rows, batch-invariant, over base",
            "prefill, 256 tokens, batch-invariant, over base",
            "prefill, 1,024 tokens, batch-invariant, over base");
    assertThat(report.rows()).allSatisfy(row -> assertThat(row.value()).isBetween(19.9, 20.1));
    assertThat(measured)
        .startsWith("decode 1", "decode 1 invariant", "decode 1", "decode 32")
        .hasSize(15);
    assertThat(invariant).isFalse();
  }

  @Test
  void mode_ofAMeasurementThatFails_isOffAgain() {
    InvariancePrice price = new InvariancePrice(on -> invariant = on);

    assertThatThrownBy(() -> price.addTo(new Report("test"), this::failing, this::failing))
        .hasMessage("no memory");
    assertThat(invariant).isFalse();
  }

  private double millis(String what, int size) {
    measured.add("%s %d%s".formatted(what, size, invariant ? " invariant" : ""));
    drift += 0.01;
    return (10 + drift) * (invariant ? 1.2 : 1);
  }

  private double failing(int size) {
    if (invariant) {
      throw new IllegalStateException("no memory");
    }
    return size;
  }
}
