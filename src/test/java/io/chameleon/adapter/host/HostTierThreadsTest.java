package io.chameleon.adapter.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.fixtures.FakeCatalogue;
import io.chameleon.fixtures.FakeSource;
import io.chameleon.fixtures.ManualClock;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.fixtures.SmallAdapters.Small;
import io.chameleon.metrics.PoolMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The tier used by many threads at once, with a thread for each load. */
@Timeout(60)
class HostTierThreadsTest {

  private static final int THREADS = 8;

  private final FakeCatalogue catalogue = new FakeCatalogue();
  private final FakeSource source = new FakeSource();
  private final ExecutorService callers = Executors.newFixedThreadPool(THREADS);
  private final ExecutorService loaders = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Small> adapters =
      IntStream.rangeClosed(1, 6).mapToObj(i -> SmallAdapters.attention("a" + i, i, i)).toList();

  @AfterEach
  void close() {
    callers.shutdownNow();
    loaders.close();
  }

  @Test
  void claims_atTheSameTime_shareOneLoad() throws Exception {
    serveAll();
    Small adapter = adapters.getLast();
    CountDownLatch allAsk = new CountDownLatch(THREADS);
    HostTier tier =
        tier(version -> {
          awaitQuietly(allAsk);
          return source.read(version);
        });
    List<Future<Integer>> answers = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      answers.add(
          callers.submit(() -> {
            CountDownLatch done = new CountDownLatch(1);
            try (HostClaim claim = tier.claim(adapter.version(), done::countDown)) {
              allAsk.countDown();
              done.await();
              return (int) claim.poll().weights().mismatch(adapter.weights());
            }
          }));
    }

    for (Future<Integer> answer : answers) {
      assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(-1);
    }
    assertThat(source.reads()).isEqualTo(1);
    tier.close();
    assertThat(source.allocatedBytes()).isZero();
  }

  @Test
  void randomUse_byManyThreads_freesNothingThatIsHeldAndEverythingElse() throws Exception {
    long seed = 20261124;
    System.out.println("seed " + seed);
    serveAll();
    HostTier tier = tier(source);
    List<Future<Integer>> users = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      Random random = new Random(seed + t);
      users.add(callers.submit(() -> use(tier, random)));
    }

    int read = 0;
    for (Future<Integer> user : users) {
      read += user.get(50, TimeUnit.SECONDS);
    }
    loaders.close();
    System.out.printf("%d claims held, %d reads%n", read, source.reads());
    assertThat(read).isPositive();
    assertThat(tier.loads()).isZero();
    assertThat(source.allocatedBytes()).isEqualTo(tier.cachedBytes());
    tier.close();
    assertThat(source.allocatedBytes()).isZero();
  }

  /** Claims, waits or not, reads what it has, lets go; and changes the limit now and then. */
  private int use(HostTier tier, Random random) throws InterruptedException {
    int held = 0;
    for (int i = 0; i < 3_000; i++) {
      Small adapter = adapters.get(random.nextInt(adapters.size()));
      CountDownLatch done = new CountDownLatch(1);
      try (HostClaim claim = tier.claim(adapter.version(), done::countDown)) {
        if (!claim.isDone() && random.nextInt(3) > 0) {
          done.await();
        }
        PackedAdapter packed = claim.poll();
        if (packed != null) {
          held++;
          assertThat(packed.weights().mismatch(adapter.weights())).isEqualTo(-1);
        }
      }
      if (random.nextInt(20) == 0) {
        tier.setMaxBytes(random.nextInt(3_000));
      }
    }
    return held;
  }

  private void serveAll() {
    for (Small adapter : adapters) {
      source.put(adapter);
      catalogue.put(adapter.version());
    }
  }

  private HostTier tier(AdapterSource from) {
    PoolMeters meters = new PoolMeters(new SimpleMeterRegistry(), "base");
    HostLoader loader = new HostLoader(from, catalogue, meters, new ManualClock());
    return new HostTier(loader, loaders, 2_000);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
