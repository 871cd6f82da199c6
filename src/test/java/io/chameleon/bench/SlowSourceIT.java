package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.ChameleonProperties;
import io.chameleon.ServedFolders;
import io.chameleon.ServingApplication;
import io.chameleon.fixtures.SlowFileSystem;
import io.chameleon.text.TextCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.test.annotation.DirtiesContext;

/**
 * Adapters on a file system that takes ten seconds a read, or fails half-way: the base and other
 * adapters must not notice. Phases without trouble, with requests that hang on a slow adapter, and
 * with requests for a failing one take turns; {@code make slow-source} runs it and prints what time
 * to first token did in them.
 */
@Tag("proof")
@SpringBootTest(
    classes = {ServingApplication.class, SlowSourceIT.Folders.class},
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {"chameleon.memory.fraction=0.03", "chameleon.catalogue.background-scan=false"})
@DirtiesContext
@Timeout(880)
class SlowSourceIT {

  private static final long SEED = 20261203;

  private static final int ROUNDS = Integer.getInteger("slow-source.rounds", 6);

  private static final int SECONDS = Integer.getInteger("slow-source.seconds", 8);

  private static final Duration READ =
      Duration.ofSeconds(Integer.getInteger("slow-source.read-seconds", 10));

  private static final int RANK = 16;

  /** Requests that wait for the same slow adapter. */
  private static final int HANGING = 4;

  /** Requests a second for the failing adapter. */
  private static final double FAILING_RATE = 2;

  private static final Workload WORKLOAD = new Workload(48, 4);

  private static final SlowFileSystem FILES =
      new SlowFileSystem(time -> LockSupport.parkNanos(time.toNanos()));

  @TempDir static Path folder;

  @LocalServerPort int port;

  @Autowired TextCodec codec;

  @Autowired ServedFolders folders;

  private Load load;

  private StreamingClient client;

  private PromptSource prompts;

  private final SlowSourceReport report = new SlowSourceReport();

  /** The demo, adapters on the ordinary file system, and adapters on the other one. */
  @TestConfiguration
  static class Folders {

    @Bean
    @Primary
    ServedFolders foldersOnBoth(ChameleonProperties properties) {
      ServedFolders demo = ServedFolders.of(properties);
      AdapterGenerator generator =
          new AdapterGenerator(ProofModel.open("", 1).config(), AdapterGenerator.ATTENTION, SEED);
      List<Path> adapters = new ArrayList<>(demo.adapters());
      int number = 0;
      for (Kind kind : Kind.values()) {
        Path of = folder.resolve(kind.name());
        for (int i = 0; i < ROUNDS; i++) {
          generator.writeOne(of.resolve(kind.adapter(i)), RANK, number++);
        }
        adapters.add(kind == Kind.OTHER ? of : FILES.path(of));
      }
      return new ServedFolders(demo.modelId(), demo.model(), adapters);
    }
  }

  private enum Kind {
    OTHER,
    SLOW,
    FAILING;

    String adapter(int number) {
      return "%s-%d".formatted(name().toLowerCase(Locale.ROOT), number);
    }

    Path folder(int number) {
      return folder.resolve(name()).resolve(adapter(number));
    }
  }

  @Test
  void slowAndFailingSources_disturbNobodyElse() throws Exception {
    System.out.printf("seed %d, %d rounds of %d s%n", SEED, ROUNDS, SECONDS);
    client = new StreamingClient(port, folders.modelId());
    load = new Load(client, System::nanoTime);
    prompts = new PromptSource(codec, new Random(SEED));
    for (int i = 0; i < ROUNDS; i++) {
      FILES.slowDown(Kind.SLOW.folder(i), READ);
      FILES.failHalfWay(Kind.FAILING.folder(i));
    }
    probe(SECONDS); // for the compiler
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      List<SlowSourceReport.Phase> phases = Arrays.asList(SlowSourceReport.Phase.values().clone());
      Collections.shuffle(phases, random);
      for (SlowSourceReport.Phase phase : phases) {
        run(phase, round);
      }
    }
    report.finish(FILES, Path.of("target", "reports"), System.out);
    requireAnswers();
  }

  private void run(SlowSourceReport.Phase phase, int round) {
    switch (phase) {
      case QUIET -> report.add(phase, probe(SECONDS));
      case SLOW -> runBeside(phase, hanging(Kind.SLOW.adapter(round)), Kind.SLOW.folder(round));
      case FAILING -> runBeside(phase, failing(Kind.FAILING.adapter(round)), null);
    }
  }

  /**
   * Sends trouble from another thread, probes meanwhile, and waits for the end of both.
   *
   * @param healed what is quick after the probes, or a load of many reads would take minutes more
   */
  private void runBeside(
      SlowSourceReport.Phase phase, List<Load.Arrival> trouble, @Nullable Path healed) {
    List<Outcome> outcomes = new ArrayList<>();
    Thread sender =
        Thread.ofPlatform().name(phase.name()).start(() -> outcomes.addAll(load.send(trouble)));
    report.add(phase, probe(SECONDS));
    if (healed != null) {
      FILES.heal(healed);
    }
    try {
      sender.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    report.addTrouble(phase, outcomes);
  }

  private List<Load.Arrival> hanging(String adapter) {
    return Stream.generate(() -> new Load.Arrival(0, ask(adapter))).limit(HANGING).toList();
  }

  private List<Load.Arrival> failing(String adapter) {
    List<Load.Arrival> arrivals = new ArrayList<>();
    for (int i = 0; i < FAILING_RATE * SECONDS; i++) {
      arrivals.add(new Load.Arrival((long) (i / FAILING_RATE * 1e9), ask(adapter)));
    }
    return arrivals;
  }

  /** One client that asks the base and another adapter in turns. */
  private List<SlowSourceReport.Probe> probe(double seconds) {
    List<SlowSourceReport.Probe> probes = new ArrayList<>();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    for (int i = 0; System.nanoTime() < end; i++) {
      boolean base = i % 2 == 0;
      Load.Ask ask = ask(base ? client.baseModel() : Kind.OTHER.adapter(i / 2 % ROUNDS));
      List<Outcome> outcome = load.send(List.of(new Load.Arrival(0, ask)));
      probes.add(new SlowSourceReport.Probe(base, outcome.getFirst()));
    }
    return probes;
  }

  private synchronized Load.Ask ask(String model) {
    return new Load.Ask(model, prompts.next(WORKLOAD.promptTokens()), WORKLOAD.outputTokens());
  }

  private void requireAnswers() {
    assertThat(report.refusedProbes()).as("refusals of the base and of other adapters").isEmpty();
    assertThat(FILES.slowReads()).as("reads that were slow, while the service ran").isPositive();
    assertThat(FILES.failedReads()).as("reads that failed, while the service ran").isPositive();
    assertThat(Outcome.refused(report.trouble(SlowSourceReport.Phase.SLOW)))
        .as("a slow adapter may be refused, with a message that names it")
        .allSatisfy(refused -> assertThat(refused.reason()).contains("slow-"));
    List<Outcome> failing = report.trouble(SlowSourceReport.Phase.FAILING);
    assertThat(Outcome.answered(failing))
        .as("answers of an adapter that nobody can read")
        .isEmpty();
    assertThat(Outcome.refused(failing))
        .as("a failing adapter is refused, with its name and what to do")
        .isNotEmpty()
        .allSatisfy(refused ->
            assertThat(refused.reason()).contains("failing-").contains("could not be read now"));
  }
}
