package io.chameleon.scheduling.fairness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

class TokenCountersTest {

  private final TokenCounters counters = new TokenCounters(1, 2, 100);

  @Test
  void tokens_countWithTheirWeights() {
    TokenAccount account = counters.activate("a");
    account.chargeInput(30);
    account.chargeOutput(1);
    account.chargeOutput(4);

    assertThat(served("a")).isEqualTo(40);
    assertThat(new TokenCounters(3, 0, 1).activate("a").inputCost(7)).isEqualTo(21);
  }

  @Test
  void key_thatComesBack_isLiftedToTheLeastOfTheActive() {
    counters.activate("a").chargeInput(500);
    counters.activate("b").chargeInput(200);

    counters.activate("late");

    // When b came, a had 500; so b has 700.
    assertThat(served("b")).isEqualTo(700);
    assertThat(served("late")).isEqualTo(500);
  }

  @Test
  void key_thatHasHadMoreThanTheActive_isNotLowered() {
    TokenAccount first = counters.activate("a");
    counters.activate("b");
    first.chargeInput(500);
    counters.deactivate(first);

    counters.activate("a");

    assertThat(served("a")).isEqualTo(500);
    assertThat(served("b")).isZero();
  }

  @Test
  void key_thatComesWhileNoneIsActive_isLiftedToTheLastThatWas() {
    TokenAccount account = counters.activate("a");
    counters.deactivate(account);
    account.chargeInput(100);
    account.chargeOutput(50);

    counters.activate("b");

    assertThat(served("b")).isEqualTo(200);
  }

  @Test
  void key_isActiveWhileAnyOfItsRequestsWaits() {
    TokenAccount account = counters.activate("a");
    assertThat(counters.activate("a")).isSameAs(account);
    counters.deactivate(account);
    account.chargeInput(70);

    counters.activate("b");
    assertThat(served("b")).isEqualTo(70);

    counters.deactivate(account);
    assertThatIllegalStateException()
        .isThrownBy(() -> counters.deactivate(account))
        .withMessage("no request of the key a waits");
  }

  @Test
  void account_thatIsOnlyLookedAt_isNotLifted() {
    counters.activate("a").chargeInput(500);

    assertThat(served("b")).isZero();
  }

  @Test
  void keys_idleBeyondTheBound_areForgottenInTheOrderTheyBecameIdle() {
    TokenCounters few = new TokenCounters(1, 2, 2);
    List<TokenAccount> accounts = List.of("a", "b", "c", "d").stream().map(few::activate).toList();
    accounts.forEach(account -> account.chargeInput(10));
    few.deactivate(accounts.get(1));
    few.deactivate(accounts.get(0));
    few.deactivate(accounts.get(2));

    assertThat(few.size()).isEqualTo(3);
    assertThat(few.account("a")).isSameAs(accounts.get(0));
    assertThat(few.account("b")).isNotSameAs(accounts.get(1));
  }

  @Test
  void counters_ofNonsense_cannotBeMade() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenCounters(1, 2, 0))
        .withMessage("0 idle keys to remember; it must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenCounters(1, -2, 1))
        .withMessage("tokens count 1 and -2; each must count 0 or more");
  }

  private long served(String key) {
    return counters.account(key).served();
  }
}
