package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InterleavedTest {

  private final Interleaved cases = new Interleaved();

  @Test
  void cases_takeTurns_afterTheirWarmUps() {
    List<String> ran = new ArrayList<>();
    cases.add("long", 1, () -> ran.add("L"));
    cases.add("short", 2, () -> ran.add("s"));

    Timings times = cases.run(3, 2);

    assertThat(String.join("", ran)).isEqualTo("L" + "sss" + ("L" + "sss").repeat(2));
    assertThat(times.nanos().get("long")).hasSize(2);
    assertThat(times.nanos().get("short")).hasSize(4);
  }

  @Test
  void times_ofACase_giveTheirMedian() {
    Timings times = new Timings(Map.of("step", List.of(5_000_000L, 1_000_000L, 3_000_000L)));

    assertThat(times.millis("step")).isEqualTo(3);
    assertThat(times.seconds("step")).isEqualTo(0.003);
  }

  @Test
  void median_ofAnEvenCount_isTheMiddleOfTwo() {
    assertThat(Timings.median(4, 1, 2, 100)).isEqualTo(3);
  }

  @Test
  void times_ofAnUnknownCase_areRefused() {
    assertThatThrownBy(() -> cases.run(0, 0).millis("step"))
        .hasMessage("nothing was timed under the name step");
  }
}
