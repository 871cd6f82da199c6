package io.chameleon.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VirtualClockTest {

  private final VirtualClock clock = new VirtualClock();

  private final List<String> happened = new ArrayList<>();

  private void note(String what) {
    happened.add(what + "@" + clock.getAsLong());
  }

  @Test
  void advance_pastEvents_letsThemHappenInOrderAndAtTheirTimes() {
    clock.at(30, () -> note("late"));
    clock.at(10, () -> note("first"));
    clock.at(10, () -> note("second"));
    clock.at(31, () -> note("too late"));

    clock.advance(30);

    assertThat(happened).containsExactly("first@10", "second@10", "late@30");
    assertThat(clock.getAsLong()).isEqualTo(30);
  }

  @Test
  void advance_whileAnEventEntersAnother_letsThatHappenToo() {
    clock.at(5, () -> clock.at(7, () -> note("its own")));

    clock.advance(7);

    assertThat(happened).containsExactly("its own@7");
  }

  @Test
  void advanceTo_thePast_changesNothing() {
    clock.advance(20);
    clock.advanceTo(3);

    assertThat(clock.getAsLong()).isEqualTo(20);
  }

  @Test
  void jump_toTheNextEvent_orNowhere() {
    clock.at(40, () -> note("next"));

    assertThat(clock.jump()).isTrue();
    assertThat(happened).containsExactly("next@40");
    assertThat(clock.jump()).isFalse();
    assertThat(clock.getAsLong()).isEqualTo(40);
  }

  @Test
  void at_inThePast_isRefused() {
    clock.advance(8);

    assertThatThrownBy(() -> clock.at(7, () -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an event at 7 ns; the clock stands at 8 ns");
  }
}
