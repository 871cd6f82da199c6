package io.chameleon.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.engine.Batch;
import io.chameleon.engine.SequenceStep;
import io.chameleon.memory.CellRun;
import io.chameleon.model.LinearModule;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FollowedUploadsTest {

  private static final int LAYERS = 10;

  private final List<String> seen = new ArrayList<>();
  private final List<CompletableFuture<Void>> copies = new ArrayList<>();
  private final FollowedUploads uploads = new FollowedUploads(new Noted(), LAYERS);

  @Test
  void layers_ofAStep_waitForTheirPartOfTheUploadsItNeeds_andNoOther() {
    start(MemorySegment.ofArray(new byte[40]), 5, 1000);
    start(MemorySegment.ofArray(new byte[40]), 9, 2000);
    StepRows step = step(9);

    assertThat(uploads.concern(step)).isTrue();
    for (int layer = 0; layer < LAYERS; layer++) {
      uploads.await(step, layer);
    }

    assertThat(seen)
        .containsExactly(
            "1000 by 12",
            "2000 by 12",
            "await 2000.0",
            "await 2000.1",
            "await 2000.2",
            "await 2000.3");
    uploads.awaitAll(step);
    assertThat(seen).endsWith("await 2000.3");
  }

  @Test
  void upload_thatIsDone_isWaitedForByNobody() {
    start(MemorySegment.ofArray(new byte[40]), 5, 1000);
    copies.getFirst().complete(null);

    assertThat(uploads.concern(step(5))).isFalse();
    assertThat(seen).containsExactly("1000 by 12", "close 1000");
  }

  @Test
  void upload_thatFails_failsTheStepThatNeedsIt() {
    start(MemorySegment.ofArray(new byte[40]), 5, 1000);
    copies.getFirst().completeExceptionally(new IllegalStateException("the link is down"));

    assertThatThrownBy(() -> uploads.await(step(5), 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("could not be copied");
  }

  @Test
  void adapter_whoseLayersAreNotAlike_comesInOnePart() {
    start(MemorySegment.ofArray(new byte[43]), 5, 1000);
    StepRows step = step(5);
    uploads.await(step, 9);

    assertThat(seen).containsExactly("1000 by 43", "await 1000.0");
  }

  private void start(MemorySegment packed, int cell, long to) {
    var _ = uploads.start(packed, cell, to);
  }

  private static StepRows step(int cell) {
    ResidentAdapter adapter =
        new RestedAdapter(ModelShape.HOST.config(), cell, Map.of(LinearModule.Q, 2)).named("a", 1);
    return new StepRows(
        new Batch(
            List.of(new SequenceStep(new int[3], 0, 3, 0, new CellRun(100, 5), adapter, null))));
  }

  private final class Noted implements Uploader {

    @Override
    public Started upload(MemorySegment from, long to, long partBytes) {
      seen.add("%d by %d".formatted(to, partBytes));
      CompletableFuture<Void> copy = new CompletableFuture<>();
      copies.add(copy);
      return new Started(
          copy,
          new Parts() {
            @Override
            public void await(int part) {
              seen.add("await %d.%d".formatted(to, part));
            }

            @Override
            public void close() {
              seen.add("close " + to);
            }
          });
    }

    @Override
    public void close() {
      // Nothing goes on.
    }
  }
}
