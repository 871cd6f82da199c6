package io.chameleon.scheduling.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QuotaLedgerTest {

  private final QuotaLedger ledger = new QuotaLedger(100, 200, 300);

  @AfterEach
  void sums_areExact() {
    ledger.checkIntegrity();
  }

  @Test
  void tokens_ofRunningRequests_areMissingUntilTheyEnd() {
    QuotaHold first = ledger.hold(0, 60);
    QuotaHold second = ledger.hold(0, 40);

    assertThat(ledger.available(0)).isZero();
    assertThat(ledger.usage(0)).isEqualTo(new ClassUsage(100, 100, 0, 0, 0, 0, 2));
    ledger.release(first);
    assertThat(ledger.available(0)).isEqualTo(60);
    ledger.release(second);
    assertThat(ledger.usage(0)).isEqualTo(new ClassUsage(100, 0, 0, 0, 0, 0, 0));
    assertThat(ledger.running()).isZero();
  }

  @Test
  void tokens_moreThanAreLeft_areRefused() {
    ledger.hold(0, 60);

    assertThatIllegalStateException()
        .isThrownBy(() -> ledger.hold(0, 41))
        .withMessage("41 tokens are asked of class 0, which has 40 left");
    assertThatIllegalStateException()
        .isThrownBy(() -> ledger.hold(0, 101))
        .withMessage("101 tokens are asked of class 0, which has 40 left");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ledger.hold(0, 0))
        .withMessageContaining("0 tokens");
  }

  @Test
  void loan_ofTheLargestClassFirst_goesBackToItsLenders() {
    long[] lendable = {50, 0, 300};

    QuotaHold hold = ledger.borrow(1, 330, lendable);

    // 300 of class 2, then 30 of class 0.
    assertThat(lendable).containsExactly(20, 0, 0);
    assertThat(ledger.usage(0)).isEqualTo(new ClassUsage(100, 0, 30, 0, 0, 0, 0));
    assertThat(ledger.usage(1)).isEqualTo(new ClassUsage(200, 0, 0, 330, 0, 0, 1));
    assertThat(ledger.usage(2)).isEqualTo(new ClassUsage(300, 0, 300, 0, 0, 0, 0));
    assertThat(ledger.usage(1).inFlight()).isEqualTo(330);
    assertThat(ledger.available(0)).isEqualTo(70);
    assertThat(ledger.available(1)).isEqualTo(200);
    assertThat(ledger.available(2)).isZero();
    ledger.release(hold);
    assertThat(ledger.available(0)).isEqualTo(100);
    assertThat(ledger.available(2)).isEqualTo(300);
  }

  @Test
  void loan_ofMoreThanThereIs_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> ledger.borrow(1, 10, new long[] {101, 0, 0}))
        .withMessage("class 0 is to lend 101 tokens; it has 100 left");
    assertThatIllegalStateException()
        .isThrownBy(() -> ledger.borrow(1, 60, new long[] {50, 200, 0}))
        .withMessage("60 tokens are to be lent to class 1; the others lend 50");
  }

  @Test
  void request_largerThanItsQuota_startsAloneAndIsCountedApart() {
    assertThat(ledger.fitsAlone(0, 150)).isTrue();
    assertThat(ledger.fitsAlone(0, 100)).isFalse();

    QuotaHold large = ledger.hold(0, 150);

    assertThat(ledger.usage(0)).isEqualTo(new ClassUsage(100, 150, 0, 0, 50, 0, 1));
    assertThat(ledger.available(0)).isEqualTo(-50);
    assertThat(ledger.fitsAlone(0, 150)).isFalse();
    ledger.release(large);
    assertThat(ledger.usage(0).excess()).isZero();
  }

  @Test
  void request_largerThanItsQuota_waitsForLoansToComeBack() {
    QuotaHold loan = ledger.borrow(1, 10, new long[] {10, 0, 0});

    assertThat(ledger.fitsAlone(0, 150)).isFalse();
    ledger.release(loan);
    assertThat(ledger.fitsAlone(0, 150)).isTrue();
  }

  @Test
  void output_pastThePrediction_isOfItsOwnClassAndCountedApart() {
    QuotaHold own = ledger.hold(0, 100);
    QuotaHold borrowed = ledger.borrow(0, 20, new long[] {0, 0, 20});

    ledger.overrun(own, 5);
    ledger.overrun(borrowed, 1);
    ledger.overrun(borrowed, 1);

    assertThat(ledger.usage(0)).isEqualTo(new ClassUsage(100, 107, 0, 20, 0, 7, 2));
    assertThat(ledger.available(0)).isEqualTo(-7);
    assertThat(borrowed.tokens()).isEqualTo(22);
    ledger.release(own);
    assertThat(ledger.usage(0)).isEqualTo(new ClassUsage(100, 2, 0, 20, 0, 2, 1));
    ledger.release(borrowed);
    assertThat(ledger.usage(0)).isEqualTo(new ClassUsage(100, 0, 0, 0, 0, 0, 0));
    assertThat(ledger.available(2)).isEqualTo(300);
  }

  @Test
  void quotas_thatChange_leaveRunningRequestsWhatTheyHold() {
    QuotaHold hold = ledger.hold(1, 150);

    ledger.reconfigure(400, 120, 80);

    assertThat(ledger.available(1)).isEqualTo(-30);
    ledger.release(hold);
    assertThat(ledger.available(1)).isEqualTo(120);
  }

  @Test
  void classes_thatAreGone_leaveTheirDebitsToTheLast() {
    // Class 2 runs 70 of its own and 30 of class 0's; class 0 runs 40 of class 1's and 200 of 2's.
    ledger.hold(2, 70);
    QuotaHold third = ledger.borrow(2, 30, new long[] {30, 0, 0});
    QuotaHold first = ledger.borrow(0, 240, new long[] {0, 40, 200});

    ledger.reconfigure(350, 250);

    assertThat(ledger.usage(0)).isEqualTo(new ClassUsage(350, 0, 30, 240, 0, 0, 1));
    assertThat(ledger.usage(1)).isEqualTo(new ClassUsage(250, 70, 240, 30, 0, 0, 2));
    ledger.reconfigure(600);
    // What one class lends itself is its own: 70 + 30 + 240.
    assertThat(ledger.usage(0)).isEqualTo(new ClassUsage(600, 340, 0, 0, 0, 0, 3));
    ledger.reconfigure(100, 200, 300);
    assertThat(ledger.usage(0)).isEqualTo(new ClassUsage(100, 340, 0, 0, 0, 0, 3));
    ledger.release(first);
    ledger.release(third);
    assertThat(ledger.usage(0)).isEqualTo(new ClassUsage(100, 70, 0, 0, 0, 0, 1));
  }

  @Test
  void classes_thatAreFoundAnew_areChargedWithWhoIsOfThem() {
    // All run in the first class; 100 of the second's tokens are lent to one of them.
    ledger.reconfigure(500, 100);
    QuotaHold small = ledger.hold(0, 60);
    QuotaHold large = ledger.hold(0, 200);
    QuotaHold borrower = ledger.borrow(0, 100, new long[] {0, 100});
    ledger.overrun(large, 5);

    ledger.reconfigure(hold -> hold == small ? 0 : hold == large ? 2 : 1, 100, 300, 400);

    assertThat(ledger.usage(0)).isEqualTo(new ClassUsage(100, 60, 0, 0, 0, 0, 1));
    // It is of the class that has lent it 100, so it owes nobody.
    assertThat(ledger.usage(1)).isEqualTo(new ClassUsage(300, 100, 0, 0, 0, 0, 1));
    assertThat(ledger.usage(2)).isEqualTo(new ClassUsage(400, 205, 0, 0, 0, 5, 1));
    ledger.checkIntegrity();
    ledger.release(borrower);
    ledger.release(large);
    ledger.release(small);
    assertThat(ledger.usage(2)).isEqualTo(new ClassUsage(400, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void class_thatIsNotThere_isRefusedAndNothingChanges() {
    QuotaHold hold = ledger.hold(1, 50);

    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> ledger.reconfigure(held -> 2, 100, 200));
    assertThat(ledger.classes()).isEqualTo(3);
    assertThat(hold.queue()).isEqualTo(1);
  }

  @Test
  void hold_givenBackTwice_isRefused() {
    QuotaHold hold = ledger.hold(0, 60);
    ledger.hold(0, 10);
    ledger.release(hold);

    assertThatIllegalStateException()
        .isThrownBy(() -> ledger.release(hold))
        .withMessage("60 tokens of class 0 are not held here");
    assertThatIllegalStateException().isThrownBy(() -> ledger.overrun(hold, 1));
    assertThat(ledger.available(0)).isEqualTo(90);
  }

  @Test
  void quotas_ofNonsense_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ledger.reconfigure())
        .withMessageContaining("0 quotas");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ledger.reconfigure(10, -1))
        .withMessageContaining("a quota is -1 tokens; it must be 0 or more");
    assertThat(ledger.classes()).isEqualTo(3);
  }
}
