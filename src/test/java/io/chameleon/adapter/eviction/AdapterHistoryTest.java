package io.chameleon.adapter.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdapterHistoryTest {

  private final AdapterHistory<int[]> history = new AdapterHistory<>(() -> new int[1], 3);

  @Test
  void absent_moreThanTheLimit_areForgottenFromTheOneLeastRecentlyAsked() {
    for (String adapter : new String[] {"a", "b", "c", "a", "d"}) {
      history.asked(adapter)[0]++;
    }

    assertThat(history.size()).isEqualTo(3);
    assertThat(history.find("b")).isNull();
    assertThat(history.find("a")).containsExactly(2);
  }

  @Test
  void resident_isNeverForgotten() {
    history.asked("resident")[0] = 7;
    history.loaded("resident");
    for (int i = 0; i < 1_000; i++) {
      history.asked("passer-" + i);
    }

    assertThat(history.find("resident")).containsExactly(7);
    assertThat(history.size()).isEqualTo(4);
  }

  @Test
  void evicted_isRememberedAsTheNewestOfTheAbsent() {
    history.loaded("resident")[0] = 7;
    history.asked("a");
    history.asked("b");
    history.evicted("resident");
    history.asked("c");
    history.asked("d");

    assertThat(history.find("resident")).containsExactly(7);
    assertThat(history.find("b")).isNull();
    assertThat(history.residents()).isEmpty();
  }

  @Test
  void evicted_unknown_changesNothing() {
    history.evicted("nobody");

    assertThat(history.size()).isZero();
  }

  @Test
  void loaded_twice_keepsWhatIsRemembered() {
    history.loaded("a")[0] = 7;

    assertThat(history.loaded("a")).containsExactly(7);
    assertThat(history.size()).isEqualTo(1);
  }
}
