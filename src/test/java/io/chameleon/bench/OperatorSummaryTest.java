package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class OperatorSummaryTest {

  @Test
  void operators_doNotCount_whatTheyCall() {
    OperatorSummary summary =
        new OperatorSummary(
            JsonMapper.shared()
                .readTree(
                    """
                    [{"name": "process_name", "ph": "M"},
                     {"name": "view", "ph": "X", "ts": 70, "dur": 5},
                     {"name": "step", "ph": "X", "ts": 10, "dur": 50},
                     {"name": "linear", "ph": "X", "ts": 10, "dur": 30},
                     {"name": "addmm", "ph": "X", "ts": 12, "dur": 20},
                     {"name": "view", "ph": "X", "ts": 40, "dur": 2}]
                    """));

    assertThat(summary.micros("step")).isEqualTo(18);
    assertThat(summary.micros("linear")).isEqualTo(10);
    assertThat(summary.micros("addmm")).isEqualTo(20);
    assertThat(summary.micros("view")).isEqualTo(7);
    assertThat(summary.micros()).isEqualTo(55);
  }
}
