package io.chameleon.scheduling.adaptive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.chameleon.admission.AdmittedRequest;
import io.chameleon.admission.RequestSize;
import io.chameleon.admission.SizeClass;
import io.chameleon.fixtures.Requests;
import io.chameleon.scheduling.ScheduledBatch;
import io.chameleon.scheduling.SchedulerWorld;
import io.chameleon.scheduling.Sequence;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The costs of made-up steps are learned from real batches. */
class StepCostModelTest {

  private static final double NANOS_PER_MS = 1e6;

  private static final List<String> ADAPTERS = List.of("a", "b");

  private static final int RANK = 16;

  private final StepCostModel model = new StepCostModel(0.999);

  private final RunningAdapters adapters = new RunningAdapters();

  private final Random random = new Random(11);

  @Test
  void costs_ofPrefillAndOfAToken_areLearnedFromSteps() {
    var world = new AdaptiveWorld(400, AdaptivePolicyProperties.DEFAULT);
    for (int i = 0; i < 1500; i++) {
      if (random.nextInt(3) == 0) {
        enqueue(world);
      }
      world.scheduler.schedule().ifPresent(step -> learn(world, step));
    }

    assertThat(model.prefillPassMs()).isCloseTo(4, within(0.5));
    assertThat(model.prefillMs(100, 0)).isCloseTo(50, within(2.5));
    assertThat(model.prefillMs(100, RANK)).isCloseTo(50 + 0.03 * RANK * 100, within(4.0));
    // A long output costs what its rows do, and their share of the fixed 6 ms.
    double longer = model.serviceMs(waiting(10, 101)) - model.serviceMs(waiting(10, 1));
    assertThat(longer).isBetween(100 * 0.25, 100 * (0.25 + 6));
  }

  private void learn(AdaptiveWorld world, ScheduledBatch step) {
    step.sequences().forEach(adapters::started);
    double ms = 0;
    boolean prefills = false;
    boolean decodes = false;
    for (int i = 0; i < step.sequences().size(); i++) {
      var part = step.batch().sequences().get(i);
      int rank = step.sequences().get(i).size().adapterRank();
      boolean decode = part.count() == 1 && part.position() > 0;
      prefills |= !decode;
      decodes |= decode;
      ms += decode ? 0.25 : part.count() * (0.5 + 0.03 * rank);
    }
    ms += (prefills ? 4 : 0) + (decodes ? 6 : 0);
    model.learn(step, adapters, Math.round(ms * NANOS_PER_MS));
    step.sequences().forEach(adapters::stopped);
    world.scheduler.complete(step, world.engine.step(step.batch()));
  }

  private void enqueue(AdaptiveWorld world) {
    int which = random.nextInt(3);
    int rank = which == 2 ? 0 : RANK;
    String adapter = which == 2 ? null : ADAPTERS.get(which);
    int prompt = 1 + random.nextInt(20);
    int output = 1 + random.nextInt(12);
    world.enqueue(adapter, new RequestSize(prompt, output, rank, rank), output);
  }

  private static Sequence waiting(int prompt, int output) {
    var admitted =
        new AdmittedRequest(
            Requests.request(prompt, output),
            new RequestSize(prompt, output),
            new SizeClass(0, "all"));
    return new Sequence(admitted, Set.of(), new SchedulerWorld.Output(), 0);
  }
}
