package io.chameleon.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What is sent of a step's numbers goes to the device at once, and nothing is lost. */
class StepInputTest {

  @AutoClose private static HostTwins twins = HostTwins.open();

  private final Arena arena = Arena.ofConfined();
  private final List<List<Integer>> carried = new ArrayList<>();
  private boolean fails;

  @AfterEach
  void free() {
    arena.close();
  }

  private StepInput input() {
    return new StepInput(
        twins.memory(),
        new HostQueue(),
        (_, _, ranges) -> {
          if (fails) {
            throw new IllegalStateException("no launch");
          }
          List<Integer> all = new ArrayList<>();
          for (int i = 0; i < ranges.size(); i++) {
            all.add(ranges.first(i));
            all.add(ranges.count(i));
          }
          carried.add(all);
        },
        bytes -> arena.allocate(bytes, 64));
  }

  @Test
  void parts_sentBeforeACarry_goAtOnceEachOnce() {
    StepInput input = input();
    StepInput.Part first = input.reserve(20);
    StepInput.Part second = input.reserve(40);
    StepInput.Part third = input.reserve(3);
    input.open();
    second.send(7);
    first.send(20);
    second.send(9);
    second.send(1);
    third.send(0);
    input.carry();
    input.carry();

    assertThat(carried).containsExactly(List.of(32, 9, 0, 20));
  }

  @Test
  void range_fromOnePartIntoALater_isOne() {
    StepInput input = input();
    StepInput.Part first = input.reserve(20);
    StepInput.Part second = input.reserve(40);
    input.open();
    input.send(first, second, 5);
    input.carry();

    assertThat(carried).containsExactly(List.of(0, 37));
  }

  @Test
  void carry_thatFails_isMadeUpForByTheNext() {
    StepInput input = input();
    StepInput.Part part = input.reserve(4);
    input.open();
    part.send(4);
    fails = true;
    assertThatThrownBy(input::carry).hasMessage("no launch");
    fails = false;
    input.carry();

    assertThat(carried).containsExactly(List.of(0, 4));
  }

  @Test
  void moreRanges_thanThereIsPlaceAtFirst_allGo() {
    StepInput input = input();
    List<StepInput.Part> parts = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      parts.add(input.reserve(16));
    }
    input.open();
    parts.forEach(part -> part.send(16));
    input.carry();

    assertThat(carried.getFirst()).hasSize(200);
  }

  @Test
  void numbers_carriedByCopies_areThoseOfTheHostInTheRangesAlone() {
    StepInput input =
        new StepInput(twins.memory(), new HostQueue(), bytes -> arena.allocate(bytes, 64));
    StepInput.Part first = input.reserve(16);
    StepInput.Part second = input.reserve(16);
    input.open();
    for (int i = 0; i < 16; i++) {
      first.set(i, 100 + i);
      second.set(i, 200 + i);
    }
    second.send(3);
    input.carry();

    int[] there =
        MemorySegment.ofAddress(input.tensor().address())
            .reinterpret(32 * Integer.BYTES)
            .toArray(JAVA_INT);
    int[] expected = new int[32];
    expected[16] = 200;
    expected[17] = 201;
    expected[18] = 202;
    assertThat(there).isEqualTo(expected);
  }
}
