package io.chameleon.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Sequences of one adapter of the demo model that decode together. */
final class Crowd {

  /** Of ranks 4 and 32 with MLP modules, and of rank 128. */
  static final List<String> ADAPTERS = List.of("weather", "sql", "shakespeare");

  /** More than one segment of rows that share a read of an adapter, and more than a chunk takes. */
  private static final int SEQUENCES = 20;

  private static final int CHUNK = 64;

  private Crowd() {}

  /** The golden cases of an adapter, again and again. */
  static List<GoldenCase> of(String adapter) {
    List<GoldenCase> own =
        GoldenCase.demo().stream()
            .filter(golden -> Objects.equals(golden.adapter(), adapter))
            .toList();
    List<GoldenCase> cases = new ArrayList<>();
    for (int i = 0; i < SEQUENCES; i++) {
      cases.add(own.get(i % own.size()));
    }
    return cases;
  }

  /** Runs them, each a step after the one before, and looks that all met in a step. */
  static Oracle.Outcome run(EngineBench bench, String adapter) {
    Oracle.Outcome outcome = Oracle.crowding(bench, of(adapter), CHUNK);
    System.out.printf("%s, %d sequences: %s%n", adapter, SEQUENCES, outcome);
    assertThat(outcome.cases()).isEqualTo(SEQUENCES);
    assertThat(outcome.wrong()).isEmpty();
    assertThat(outcome.decodeRows())
        .as("rows of %s that decode together", adapter)
        .isGreaterThanOrEqualTo(16);
    return outcome;
  }
}
