package io.chameleon.scheduling.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SizeWindowTest {

  private final SizeWindow window = new SizeWindow(Duration.ofNanos(100), 2, 3);

  @Test
  void sizes_ofTheWindow_areSorted() {
    window.add(0.3, 0);
    window.add(0.1, 10);
    window.add(0.2, 20);

    assertThat(window.sorted(20)).containsExactly(0.1, 0.2, 0.3);
  }

  @Test
  void sizes_olderThanTheWindow_leave() {
    window.add(0.3, 0);
    window.add(0.1, 50);

    // An age of exactly the window's length is still within.
    assertThat(window.sorted(100)).containsExactly(0.1, 0.3);
    assertThat(window.isEnough(100)).isTrue();
    assertThat(window.isEnough(101)).isFalse();
    assertThat(window.sorted(101)).containsExactly(0.1);
    assertThat(window.sorted(1000)).isEmpty();
  }

  @Test
  void sizes_beyondTheCapacity_pushTheOldestOut() {
    for (int i = 1; i <= 5; i++) {
      window.add(i, i);
    }

    assertThat(window.sorted(5)).containsExactly(3, 4, 5);
  }

  @Test
  void window_overNegativeTimes_slidesToo() {
    window.add(1, -150);
    window.add(2, -60);

    assertThat(window.sorted(-40)).containsExactly(2);
  }

  @Test
  void window_ofNonsense_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> window.add(Double.NaN, 0))
        .withMessageContaining("a size is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SizeWindow(Duration.ZERO, 1, 1))
        .withMessageContaining("the window is PT0S; it must be over 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SizeWindow(Duration.ofSeconds(1), 5, 4))
        .withMessageContaining("the minimum of sizes is 5; it must be 1 to 4");
  }
}
