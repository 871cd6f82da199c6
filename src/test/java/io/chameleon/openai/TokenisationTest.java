package io.chameleon.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.request.RequestRejectedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A flood of requests before the queue of the service. */
class TokenisationTest {

  private static final int QUEUE = 3;

  private final Tokenisation tokenisation =
      new Tokenisation(Schedulers.newBoundedElastic(1, QUEUE, "tokenise", 60, true));

  @AfterEach
  void stop() {
    tokenisation.stop();
  }

  @Test
  void run_moreThanThreadsAndQueueHold_isRejectedWithRetryAfter() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    List<Mono<Boolean>> admitted = new ArrayList<>();
    admitted.add(started(() -> wait(running, release)));
    assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
    for (int i = 0; i < QUEUE; i++) {
      admitted.add(started(() -> true));
    }

    assertThatThrownBy(() -> tokenisation.run(() -> true).block())
        .isInstanceOfSatisfying(
            RequestRejectedException.class,
            rejected -> assertThat(rejected.retryAfter()).isEqualTo(Duration.ofSeconds(1)));

    release.countDown();
    admitted.forEach(result -> assertThat(result.block(Duration.ofSeconds(10))).isTrue());
    assertThat(tokenisation.run(() -> true).block(Duration.ofSeconds(10))).isTrue();
  }

  private Mono<Boolean> started(Callable<Boolean> work) {
    Mono<Boolean> result = tokenisation.run(work).cache();
    result.subscribe();
    return result;
  }

  private static boolean wait(CountDownLatch running, CountDownLatch release)
      throws InterruptedException {
    running.countDown();
    return release.await(10, TimeUnit.SECONDS);
  }
}
