package io.chameleon.engine.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Functions of the C library, called as those of the driver are. */
class NamedFunctionsTest {

  private final NamedFunctions functions =
      new NamedFunctions(NativeLibrary.find("libc.so.6").orElseThrow());

  @Test
  void numbers_ofEachType_arePassedEachTime() {
    for (int i = 0; i < 3; i++) {
      assertThat(functions.call("abs", -5 - i)).isEqualTo(5 + i);
      assertThat(functions.call("labs", -7L - i)).isEqualTo(7 + i);
      assertThat(functions.call("toupper", (byte) ('a' + i))).isEqualTo('A' + i);
    }
  }

  @Test
  void segments_arePassedAsAddresses() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom("chameleon");
      MemorySegment other = arena.allocateFrom("chamois");

      assertThat(functions.call("strlen", text)).isEqualTo(9);
      assertThat(functions.call("memcmp", text, other, 4L)).isZero();
      assertThat(functions.call("memcmp", text, other, 5L)).isNotZero();
      assertThat(functions.call("memcmp", other, MemorySegment.ofAddress(other.address()), 8L))
          .isZero();
    }
  }

  @Test
  void function_thatThereIsNot_isNamed() {
    assertThatThrownBy(() -> functions.call("noSuchFunction", 1))
        .isInstanceOf(CudaException.class)
        .hasMessageContaining("noSuchFunction");
  }

  @Test
  void function_calledWithOtherTypes_refuses() {
    functions.call("abs", 1);

    assertThatThrownBy(() -> functions.call("abs", 1L))
        .isInstanceOf(IllegalStateException.class)
        .hasCauseInstanceOf(ClassCastException.class);
  }
}
