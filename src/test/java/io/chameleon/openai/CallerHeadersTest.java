package io.chameleon.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.request.InvalidRequestException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;

class CallerHeadersTest {

  private final CallerHeaders reader =
      new CallerHeaders("x-tenant", Map.of("interactive", -10, "batch", 100));

  private final HttpHeaders headers = new HttpHeaders();

  @Test
  void headers_thatAreAbsent_areNobodyOnOrdinaryTerms() {
    assertThat(reader.read(headers)).isEqualTo(Caller.ANYBODY);
  }

  @Test
  void headers_allOfThem_areRead() {
    headers.set("x-tenant", "zoo");
    headers.set("X-SLO-TTFT-MS", " 3600000 ");
    headers.set("x-gateway-inference-fairness-id", " acme corp ");
    headers.set("x-gateway-inference-objective", "batch");

    assertThat(reader.read(headers))
        .isEqualTo(new Caller("zoo", Duration.ofHours(1), "acme corp", 100));
  }

  @Test
  void objective_thatIsNotKnown_isIgnored() {
    headers.set("x-gateway-inference-objective", "sheddable");

    assertThat(reader.read(headers)).isEqualTo(Caller.ANYBODY);
  }

  @Test
  void fairnessId_blank_isAbsent() {
    headers.set("x-gateway-inference-fairness-id", "  ");

    assertThat(reader.read(headers)).isEqualTo(Caller.ANYBODY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-5", "1.5", "3600001", "99999999999999999999", "soon", "1e3"})
  void deadline_outOfRange_isRefusedWithTheLimits(String value) {
    headers.set("x-slo-ttft-ms", value);

    assertThatThrownBy(() -> reader.read(headers))
        .isInstanceOfSatisfying(
            InvalidRequestException.class, e -> assertThat(e.param()).isEqualTo("x-slo-ttft-ms"))
        .hasMessage(
            "x-slo-ttft-ms is `%s`; it must be an integer from 1 to 3600000.".formatted(value));
  }

  @ParameterizedTest
  @CsvSource({"é, 1", "a\u0007b, 3"})
  void fairnessId_notPrintable_isRefused(String value, int length) {
    headers.set("x-gateway-inference-fairness-id", value);

    assertThatThrownBy(() -> reader.read(headers))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("of %d characters; it must have at most 200", length);
  }

  @Test
  void fairnessId_tooLong_isRefusedWithTheLimit() {
    headers.set("x-gateway-inference-fairness-id", "x".repeat(200));
    assertThat(reader.read(headers).fairnessKey()).hasSize(200);
    headers.set("x-gateway-inference-fairness-id", "x".repeat(201));

    assertThatThrownBy(() -> reader.read(headers))
        .isInstanceOfSatisfying(
            InvalidRequestException.class,
            e -> assertThat(e.param()).isEqualTo("x-gateway-inference-fairness-id"))
        .hasMessage(
            "x-gateway-inference-fairness-id is `%s…`, of 201 characters; it must have at most"
                + " 200, all of them printable ASCII.",
            "x".repeat(60));
  }
}
