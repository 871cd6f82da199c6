package io.chameleon.simulation.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.chameleon.simulation.Sweep;
import io.chameleon.simulation.SweepProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The headlines of the paper, as the simulation gives them: a change of them is to be seen. They
 * are of the settings of {@code simulate paper} at fewer loads, so that knees differ a little from
 * its report.
 *
 * <p>After a change that is meant, {@code mvn test -Dtest=PaperHeadlinesTest
 * -Dchameleon.headlines.write=true} writes the file anew; look at what became of it.
 */
class PaperHeadlinesTest {

  private static final Path FILE = Path.of("src/test/resources/paper-headlines.json");

  private static final List<Double> LOADS = List.of(6.0, 8.0, 9.0, 10.0, 11.0, 13.0);

  private static final double SHARE = 0.05;

  /** Cuts may be next to nothing; of those, half a point is no change. */
  private static final double POINTS = 0.5;

  private static final double APART = 1.02;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private static Headlines found;

  private static Headlines pinned;

  @BeforeAll
  static void run() throws IOException {
    PaperSettings settings = PaperSettings.load();
    LoadCurves curves = new LoadCurves(settings.figures().withLoads(LOADS));
    try (Sweep sweep = Sweep.onAllCores(SweepProgress.NONE)) {
      PaperRuns runs = new PaperRuns(settings, sweep);
      runs.make(
          curves.cases().stream()
              .filter(one -> !one.system().equals("chameleon-repaired"))
              .toList());
      found = Headlines.of(curves, runs);
    }
    System.out.printf("seed 1, headlines: %s%n", JSON.writeValueAsString(found));
    if (Boolean.getBoolean("chameleon.headlines.write")) {
      Files.writeString(FILE, JSON.writeValueAsString(found) + "\n");
    }
    pinned = JSON.readValue(Files.readString(FILE), Headlines.class);
  }

  @Test
  void cuts_areThoseThatArePinned() {
    assertPinned(found.p99CutPercent(), pinned.p99CutPercent());
    assertPinned(found.p50CutPercent(), pinned.p50CutPercent());
    assertPinned(found.fifoRepaired().p99CutPercent(), pinned.fifoRepaired().p99CutPercent());
  }

  @Test
  void ratios_areThoseThatArePinned() {
    assertPinned(found.throughputRatio(), pinned.throughputRatio());
    assertPinned(found.fifoRepaired().throughputRatio(), pinned.fifoRepaired().throughputRatio());
  }

  @Test
  void knees_areThoseThatArePinned() {
    assertPinned(found.knees(), pinned.knees());
  }

  @Test
  void knees_thatArePinnedApart_keepTheirOrder() {
    for (String one : LoadCurves.PAPER) {
      for (String other : LoadCurves.PAPER) {
        if (value(pinned.knees(), one) > APART * value(pinned.knees(), other)) {
          assertThat(value(found.knees(), one))
              .as("knee of %s over that of %s", one, other)
              .isGreaterThan(value(found.knees(), other));
        }
      }
    }
  }

  private static void assertPinned(Map<String, Double> values, Map<String, Double> expected) {
    assertThat(values.keySet()).isEqualTo(expected.keySet());
    new TreeMap<>(values)
        .forEach((name, value) ->
            assertThat(value)
                .as(name)
                .isCloseTo(value(expected, name), tolerance(value(expected, name))));
  }

  private static void assertPinned(double value, double expected) {
    assertThat(value).isCloseTo(expected, within(SHARE * expected));
  }

  private static double value(Map<String, Double> of, String name) {
    return of.getOrDefault(name, Double.NaN);
  }

  private static Offset<Double> tolerance(double expected) {
    return within(Math.max(POINTS, SHARE * Math.abs(expected)));
  }
}
