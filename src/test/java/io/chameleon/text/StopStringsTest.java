package io.chameleon.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopStringsTest {

  @Test
  void append_noStops_passesAllText() {
    StopStrings stops = new StopStrings(List.of(), false);
    assertThat(stops.append("any text")).isEqualTo("any text");
    assertThat(stops.flush()).isEmpty();
    assertThat(stops.matched()).isEmpty();
  }

  @Test
  void append_possibleBeginning_isHeldBackUntilDecided() {
    StopStrings stops = new StopStrings(List.of("END"), false);
    assertThat(stops.append("a E")).isEqualTo("a ");
    assertThat(stops.append("N")).isEmpty();
    assertThat(stops.append("E")).isEqualTo("EN");
    assertThat(stops.append("ND and more")).isEmpty();
    assertThat(stops.matched()).contains("END");
    assertThat(stops.append("later")).isEmpty();
    assertThat(stops.flush()).isEmpty();
  }

  @Test
  void append_includeStop_givesTheStopStringOut() {
    StopStrings stops = new StopStrings(List.of("\n\n"), true);
    assertThat(stops.append("line\n")).isEqualTo("line");
    assertThat(stops.append("\nnext")).isEqualTo("\n\n");
  }

  @Test
  void append_severalEndAtOnce_theLongestCounts() {
    StopStrings stops = new StopStrings(List.of("c", "abc", "bc"), false);
    assertThat(stops.append("xabcabc")).isEqualTo("x");
    assertThat(stops.matched()).contains("abc");
  }

  @Test
  void append_shorterStopCompletesFirst_endsTheAnswer() {
    StopStrings stops = new StopStrings(List.of("abc", "b"), false);
    assertThat(stops.append("xabc")).isEqualTo("xa");
    assertThat(stops.matched()).contains("b");
  }

  @Test
  void flush_heldBack_comesOutAtTheEnd() {
    StopStrings stops = new StopStrings(List.of("STOP"), false);
    assertThat(stops.append("x STO")).isEqualTo("x ");
    assertThat(stops.flush()).isEqualTo("STO");
    assertThat(stops.flush()).isEmpty();
  }

  @Test
  void constructor_emptyStop_isRefused() {
    assertThatThrownBy(() -> new StopStrings(List.of("a", ""), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none may be empty");
  }

  @Test
  void append_randomTextAndSplits_equalsWholeTextSearch() {
    long seed = 11;
    Random random = new Random(seed);
    int matches = 0;
    for (int round = 0; round < 20_000; round++) {
      String text = randomText(random, 12);
      List<String> stops = new ArrayList<>();
      for (int i = random.nextInt(3); i >= 0; i--) {
        stops.add("ab".charAt(random.nextInt(2)) + randomText(random, 3));
      }
      boolean include = random.nextBoolean();
      StopStrings watch = new StopStrings(stops, include);
      StringBuilder out = new StringBuilder();
      for (int at = 0; at < text.length(); ) {
        int end = at + 1 + random.nextInt(text.length() - at);
        out.append(watch.append(text.substring(at, end)));
        at = end;
      }
      out.append(watch.flush());
      String as = "seed %d, round %d: '%s', stops %s".formatted(seed, round, text, stops);
      String stop = naiveStop(text, stops);
      matches += stop.isEmpty() ? 0 : 1;
      assertThat(watch.matched().orElse("")).as(as).isEqualTo(stop);
      assertThat(out.toString()).as(as).isEqualTo(naiveText(text, stops, stop, include));
    }
    assertThat(matches).isBetween(4_000, 18_000);
  }

  private static String randomText(Random random, int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      text.append("abc".charAt(random.nextInt(3)));
    }
    return text.toString();
  }

  private static int naiveEnd(String text, List<String> stops) {
    for (int end = 1; end <= text.length(); end++) {
      String head = text.substring(0, end);
      if (stops.stream().anyMatch(head::endsWith)) {
        return end;
      }
    }
    return -1;
  }

  private static String naiveStop(String text, List<String> stops) {
    int end = naiveEnd(text, stops);
    return end < 0
        ? ""
        : stops.stream()
            .filter(text.substring(0, end)::endsWith)
            .max(Comparator.comparingInt(String::length))
            .orElseThrow();
  }

  private static String naiveText(String text, List<String> stops, String stop, boolean include) {
    int end = naiveEnd(text, stops);
    return end < 0 ? text : text.substring(0, include ? end : end - stop.length());
  }
}
