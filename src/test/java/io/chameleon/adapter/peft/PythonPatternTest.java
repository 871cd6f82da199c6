package io.chameleon.adapter.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PythonPatternTest {

  private static final String NAME = "model.layers.0.self_attn.q_proj_and_a_rather_long_tail_of_it";

  /** Where Java reads an expression otherwise than Python, the outcome is Python's. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "a[[]b|a[b|true",
        "[^]]b|]b|false",
        "[]]b|]b|true",
        "[a&&b]|&|true",
        "[a^]|^|true",
        "a{,2}b|aab|true",
        "a{,2}b|aaab|false",
        "a{b}|a{b}|true",
        "a{1|a{1|true",
        "(?P<first_name>a)(?P=first_name)|aa|true",
        "(?P<x>a)(?P<y>b)(?P=y)|abb|true",
        "ab\\Z|ab|true",
        "(?i)AB|ab|true",
        "(?a)ab|ab|true",
        "(?i:A)b|ab|true",
        "(?i:A)B|ab|false",
        "(?<!a)b|b|true",
        "a(?!b).|ac|true",
      })
  void matchesAll_whereJavaDiffers_isPythons(String expression, String text, boolean expected) {
    assertThat(PythonPattern.compile(expression, "f").matchesAll(text)).isEqualTo(expected);
  }

  @Test
  void matchesStart_prefix_isEnough() {
    PythonPattern pattern = PythonPattern.compile("a(b|c)", "f");
    assertThat(pattern.matchesStart("acd")).isTrue();
    assertThat(pattern.matchesStart("bac")).isFalse();
    assertThat(pattern.matchesAll("acd")).isFalse();
    assertThat(pattern.lastGroupAtStart("acd")).hasValue("c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\\",
        "\\p{L}",
        "\\Qa\\E",
        "\\h",
        "\\0",
        "[a",
        "(a",
        "a)",
        "*a",
        "(*a)",
        "a|+",
        "(?x)a b",
        "(a)?(?(1)b|c)",
        "(?#note)a",
        "(?P<n>a)(?P<n>b)",
        "(?P=n)",
        "a{1001}",
        "a{99999}",
        "a**",
        "(?P>n)",
        "(?<n>a)",
        "[z-a]",
      })
  void compile_unsupported_isRefusedByField(String expression) {
    assertThatThrownBy(() -> PythonPattern.compile(expression, "target_modules"))
        .isInstanceOf(InvalidAdapterException.class)
        .hasMessageStartingWith("target_modules: the expression \"" + expression + "\"");
  }

  @Test
  void compile_tooLongOrDeep_isRefused() {
    assertThatThrownBy(() -> PythonPattern.compile("a".repeat(10_001), "f"))
        .hasMessage("f: an expression of 10001 characters; the limit is 10000");
    assertThatThrownBy(() -> PythonPattern.compile("(".repeat(9_000), "f"))
        .hasMessageContaining("groups nested over 30 deep");
    assertThat(PythonPattern.compile("x|".repeat(4_999) + "y", "f").matchesAll("y")).isTrue();
  }

  /** Backtracking without end, in the second case without reading the text for it. */
  @Test
  @Timeout(20)
  void matchesAll_endlessBacktracking_endsInRefusal() {
    for (String expression : List.of("(.*)*(.*)*(.*)*(.*)*(.*)*x", "(?:|)".repeat(60) + "(?!)")) {
      PythonPattern pattern = PythonPattern.compile(expression, "f");
      assertThatThrownBy(() -> pattern.matchesAll(NAME))
          .isInstanceOf(InvalidAdapterException.class)
          .hasMessageContaining("takes too long to match: over 5000000 steps");
    }
  }

  @ParameterizedTest
  @Timeout(20)
  @ValueSource(
      strings = {
        "((a|b|.)+)+((a|b|.)+)+!",
        "(\\w+\\.?)+(\\w+\\.?)+(\\w+\\.?)+!",
        "(?:|){1000}(?!)",
        "(?:(?:(?:(?:){1000}){1000}){1000}){1000}x",
        "(?:^{1000}){1000}(?:(?:^{1000}){1000}){1000}x",
        "(?:a?){1000}(?:a?){1000}(?:.?){1000}x",
      })
  void matchesAll_nestedRepetition_neverHangsOrMatches(String expression) {
    PythonPattern pattern = PythonPattern.compile(expression, "f");
    try {
      assertThat(pattern.matchesAll(NAME)).isFalse();
    } catch (InvalidAdapterException e) {
      assertThat(e).hasMessageContaining("takes too long to match");
    }
  }
}
