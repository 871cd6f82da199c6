package io.chameleon.admission.fairness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

class TokenCountersTest {

  private final TokenCounters counters = new TokenCounters(100);

  @Test
  void tokens_ofOutput_countTwice() {
    counters.activate("a");
    counters.chargeInput("a", 30);
    counters.chargeOutput("a", 1);
    counters.chargeOutput("a", 4);

    assertThat(counters.served("a")).isEqualTo(40);
  }

  @Test
  void leastServed_isTheOneWithTheLeastAndOfEqualsTheFirst() {
    counters.chargeInput("a", 3);
    counters.chargeOutput("b", 1);

    assertThat(counters.leastServed(List.of("a", "b"))).hasValue("b");
    assertThat(counters.leastServed(List.of("a", "b", "c", "d"))).hasValue("c");
    assertThat(counters.leastServed(List.of())).isEmpty();
  }

  @Test
  void key_thatComesBack_isLiftedToTheLeastOfTheActive() {
    counters.activate("a");
    counters.activate("b");
    counters.chargeInput("a", 500);
    counters.chargeInput("b", 300);

    counters.activate("late");

    assertThat(counters.served("late")).isEqualTo(300);
  }

  @Test
  void key_thatHasHadMoreThanTheActive_isNotLowered() {
    counters.activate("a");
    counters.chargeInput("a", 500);
    counters.activate("b");
    counters.deactivate("a");

    counters.activate("a");

    assertThat(counters.served("a")).isEqualTo(500);
  }

  @Test
  void key_thatComesWhileNoneIsActive_isLiftedToTheLastThatWas() {
    counters.activate("a");
    counters.deactivate("a");
    counters.chargeInput("a", 100);
    counters.chargeOutput("a", 50);

    counters.activate("b");

    assertThat(counters.served("b")).isEqualTo(200);
  }

  @Test
  void key_isActiveWhileAnyOfItsRequestsWaits() {
    counters.activate("a");
    counters.activate("a");
    counters.deactivate("a");
    counters.chargeInput("a", 70);

    counters.activate("b");
    assertThat(counters.served("b")).isEqualTo(70);

    counters.deactivate("a");
    assertThatIllegalStateException()
        .isThrownBy(() -> counters.deactivate("a"))
        .withMessage("no request of the key a waits");
  }

  @Test
  void keys_idleBeyondTheBound_areForgottenInTheOrderTheyBecameIdle() {
    TokenCounters few = new TokenCounters(2);
    for (String key : List.of("a", "b", "c", "d")) {
      few.activate(key);
      few.chargeInput(key, 10);
    }
    few.deactivate("b");
    few.deactivate("a");
    few.deactivate("c");

    assertThat(few.size()).isEqualTo(3);
    assertThat(few.served("b")).isZero();
    assertThat(few.served("a")).isEqualTo(10);
  }

  @Test
  void counters_thatRememberNobody_cannotBeMade() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenCounters(0))
        .withMessage("0 idle keys to remember; it must be at least 1");
  }
}
