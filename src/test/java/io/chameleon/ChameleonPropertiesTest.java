package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChameleonPropertiesTest {

  @Test
  void threads_zero_meansAllThatTheProcessMayUse() {
    assertThat(properties(0).engineThreads()).isEqualTo(Runtime.getRuntime().availableProcessors());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1024})
  void threads_inRange_areTaken(int threads) {
    assertThat(properties(threads).engineThreads()).isEqualTo(threads);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1025, Integer.MIN_VALUE})
  void threads_outOfRange_areRefusedWithTheLimit(int threads) {
    assertThatThrownBy(() -> properties(threads))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("chameleon.threads is %d; it must be 0 (all) to 1024", threads);
  }

  @Test
  void adapters_areCopied() {
    List<Path> folders = new ArrayList<>(List.of(Path.of("a")));
    ChameleonProperties properties = new ChameleonProperties("", "", folders, 0);
    folders.add(Path.of("b"));

    assertThat(properties.adapters()).containsExactly(Path.of("a"));
  }

  private static ChameleonProperties properties(int threads) {
    return new ChameleonProperties("", "", List.of(), threads);
  }
}
