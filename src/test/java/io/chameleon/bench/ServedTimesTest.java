package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.workload.TracedRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ServedTimesTest {

  private static final long MS = 1_000_000;

  private static Sent sent(double seconds, int tokens, Reply reply) {
    long due = (long) (seconds * 1e9);
    return new Sent(new TracedRequest(seconds, 10, tokens, 0), due, due + MS, reply);
  }

  private static Reply answer(double seconds, long firstMs, long endMs) {
    long due = (long) (seconds * 1e9);
    return new Reply.Answer(due + firstMs * MS, due + endMs * MS, 0);
  }

  @Test
  void times_countFromWhenARequestWasDue() {
    List<ServedTimes> served =
        ServedTimes.of(
            List.of(
                sent(1, 5, answer(1, 100, 140)),
                sent(2, 1, answer(2, 300, 300)),
                sent(3, 5, new Reply.Failure("broke"))));

    assertThat(served).hasSize(2);
    assertThat(served.getFirst()).isEqualTo(new ServedTimes(1, 100, 10, 140));
    assertThat(served.getLast().gapMs()).isNaN();
  }

  @Test
  void figures_leaveTheWarmUpOut() {
    List<ServedTimes> served =
        ServedTimes.of(
            List.of(
                sent(1, 5, answer(1, 900, 940)),
                sent(2, 5, answer(2, 100, 140)),
                sent(3, 5, answer(3, 200, 260))));

    ServedTimes.Figures figures = ServedTimes.figures(served, 1.5);

    assertThat(figures).isEqualTo(new ServedTimes.Figures(2, 150, 200, 12.5, 15, 200));
    assertThatThrownBy(() -> ServedTimes.figures(served, 9))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void tokens_ofAnAnswer_areReadWithTheirCandidates() {
    GeneratedTokens tokens =
        GeneratedTokens.of(
            JsonMapper.shared()
                .readTree(
                    """
                    {"choices": [{"logprobs": {
                      "tokens": ["a", "b"],
                      "top_logprobs": [{"a": -0.5, "c": -0.75}, {"b": -1}]}}]}
                    """));

    assertThat(tokens.texts()).containsExactly("a", "b");
    assertThat(tokens.gap(0, "c")).isEqualTo(0.25);
    assertThat(tokens.gap(1, "a")).isInfinite();
  }
}
