package io.chameleon.scheduling;

import static io.chameleon.scheduling.Sequences.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Iterator;
import org.junit.jupiter.api.Test;

class SequenceQueueTest {

  private final SequenceQueue queue = new SequenceQueue();

  private final Sequence a = waiting(1, 1);

  private final Sequence b = waiting(1, 1);

  private final Sequence c = waiting(1, 1);

  @Test
  void sequences_addedAtBothEnds_areInThatOrder() {
    queue.addLast(b);
    queue.addLast(c);
    queue.addFirst(a);

    assertThat(queue.view()).containsExactly(a, b, c);
    assertThat(queue.size()).isEqualTo(3);
    assertThat(queue.isEmpty()).isFalse();
  }

  @Test
  void sequence_addedTwice_isAFaultAndKeepsItsPlace() {
    queue.addLast(a);
    queue.addLast(b);

    assertThatIllegalStateException()
        .isThrownBy(() -> queue.addFirst(b))
        .withMessage("sequence %s waits twice", b.request().id());
    assertThatIllegalStateException().isThrownBy(() -> queue.addLast(a));
    assertThat(queue.view()).containsExactly(a, b);
  }

  @Test
  void sequence_fromTheMiddle_leavesAlone() {
    queue.addLast(a);
    queue.addLast(b);
    queue.addLast(c);

    queue.remove(b);

    assertThat(queue.view()).containsExactly(a, c);
    assertThat(queue.contains(b)).isFalse();
    assertThatIllegalStateException()
        .isThrownBy(() -> queue.remove(b))
        .withMessage("sequence %s does not wait", b.request().id());
  }

  @Test
  void iterator_takesOutWhatItGaveLast() {
    queue.addLast(a);
    queue.addLast(b);
    Iterator<Sequence> next = queue.iterator();
    next.next();

    next.remove();

    assertThat(next.next()).isSameAs(b);
    assertThat(queue.view()).containsExactly(b);
  }

  @Test
  void view_isForReadingAlone() {
    queue.addLast(a);

    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> queue.view().remove(a));
  }
}
