package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokenCheckTest {

  private static final double TIE = 0.1;

  private static final int[] PROMPT = {0};

  /** A model over three tokens: after i comes i + 1; after 2, both 0 and 1 are nearly as likely. */
  private static Map<String, Double> next(int token) {
    return switch (token) {
      case 0 -> Map.of("b", -0.1, "c", -3.0);
      case 1 -> Map.of("c", -0.1, "a", -3.0);
      default -> Map.of("a", -0.70, "b", -0.75);
    };
  }

  private static GeneratedTokens greedy(String model, int[] prompt, int tokens) {
    List<String> texts = new ArrayList<>();
    List<Map<String, Double>> candidates = new ArrayList<>();
    int last = prompt[prompt.length - 1];
    for (int i = 0; i < tokens; i++) {
      candidates.add(next(last));
      last = (last + 1) % 3;
      texts.add(text(last));
    }
    return new GeneratedTokens(texts, candidates);
  }

  private static String text(int token) {
    return List.of("a", "b", "c").get(token);
  }

  private static TokenCheck.Finding check(String... given) {
    return new TokenCheck(3, TokenCheckTest::text, TokenCheckTest::greedy)
        .check("any", PROMPT, new GeneratedTokens(List.of(given), List.of()), TIE);
  }

  @Test
  void answer_thatIsTheSame_isEqual() {
    assertThat(check("b", "c", "a", "b")).isEqualTo(equal());
  }

  @Test
  void token_thatIsAsGoodAsLikeliest_isATieAndTheRestIsJudgedFromThere() {
    TokenCheck.Finding tied = check("b", "c", "b", "c");

    assertThat(tied.verdict()).isEqualTo(TokenCheck.Verdict.TIED);
    assertThat(tied.worstGap()).isBetween(0.049, 0.051);
    assertThat(check("b", "c", "b", "a").verdict()).isEqualTo(TokenCheck.Verdict.WRONG);
  }

  @Test
  void token_thatIsLessLikely_isWrong() {
    assertThat(check("b", "a").verdict()).isEqualTo(TokenCheck.Verdict.WRONG);
    assertThat(check("b", "a").worstGap()).isBetween(2.8, 3.0);
  }

  @Test
  void token_thatIsNoneOfTheLikeliest_isWrong() {
    assertThat(check("a"))
        .isEqualTo(new TokenCheck.Finding(TokenCheck.Verdict.WRONG, Double.POSITIVE_INFINITY));
  }

  @Test
  void tie_ofTokensThatShareATextWithOthers_leavesTheRestUnknown() {
    TokenCheck check = new TokenCheck(4, id -> id == 3 ? "b" : text(id), TokenCheckTest::greedy);

    assertThat(
            check
                .check(
                    "any", PROMPT, new GeneratedTokens(List.of("b", "c", "b", "c"), List.of()), TIE)
                .verdict())
        .isEqualTo(TokenCheck.Verdict.UNKNOWN);
  }

  @Test
  void noise_ofAModelThatIsNeverTheSame_isItsLargestDifference() {
    List<Integer> lengths = new ArrayList<>();
    TokenCheck.Asker shaky =
        (model, prompt, tokens) -> {
          lengths.add(prompt.length);
          GeneratedTokens answer = greedy(model, prompt, tokens);
          if (prompt.length == 1) {
            return answer;
          }
          List<Map<String, Double>> shifted = new ArrayList<>(answer.candidates());
          shifted.set(1, Map.of("c", -0.13, "a", -3.0));
          return new GeneratedTokens(answer.texts(), shifted);
        };

    double noise =
        new TokenCheck(3, TokenCheckTest::text, shaky).noise("any", PROMPT, 6).orElseThrow();

    assertThat(lengths).containsExactly(1, 4);
    assertThat(noise).isBetween(0.029, 0.031);
  }

  private static TokenCheck.Finding equal() {
    return new TokenCheck.Finding(TokenCheck.Verdict.EQUAL, 0);
  }
}
