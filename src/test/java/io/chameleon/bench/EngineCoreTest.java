package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.BitSet;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class EngineCoreTest {

  @Test
  void cores_areReadAsTheKernelListsThem() {
    assertThat(ProcessThreads.cores("0-3,8").toString()).isEqualTo("{0, 1, 2, 3, 8}");
    assertThat(ProcessThreads.cores("5").toString()).isEqualTo("{5}");
  }

  @Test
  void affinity_ofAThread_isWhatWasSet() throws Exception {
    BitSet all = ProcessThreads.allowedCores();
    assumeTrue(Affinity.ofThisPlatform().isPresent() && all.cardinality() > 1, "Linux, two cores");
    BitSet last = new BitSet();
    last.set(all.length() - 1);
    FutureTask<Boolean> task =
        new FutureTask<>(() -> Affinity.ofThisPlatform().orElseThrow().set(0, last));
    Thread thread = Thread.ofPlatform().start(task);

    assertThat(task.get()).isTrue();
    thread.join();
    assertThat(ProcessThreads.allowedCores()).as("of the process's first thread").isEqualTo(all);
  }

  @Test
  void affinity_ofAThreadThatIsNotThere_isRefused() {
    Affinity affinity = Affinity.ofThisPlatform().orElse(null);
    assumeTrue(affinity != null, "Linux");

    assertThat(affinity.set(Integer.MAX_VALUE, ProcessThreads.allowedCores())).isFalse();
  }

  @Test
  void reservation_thatIsNotWanted_saysSo() {
    try (EngineCore core = EngineCore.reserve(false)) {
      assertThat(core.isPinned()).isFalse();
      assertThat(core.description()).isEqualTo("NOT PINNED: not wanted");
      core.pin(ProcessHandle.current().pid());
    }
  }

  @Test
  void threads_ofThisProcess_haveTheirNames() {
    assumeTrue(!ProcessThreads.allowedCores().isEmpty(), "Linux");

    assertThat(ProcessThreads.of(ProcessHandle.current().pid()))
        .extracting(ProcessThreads.Native::name)
        .contains("Finalizer");
  }
}
