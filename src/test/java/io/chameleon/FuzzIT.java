package io.chameleon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.fixtures.AnswerCheck;
import io.chameleon.fixtures.JsonFuzz;
import io.chameleon.fixtures.TestLength;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever is posted to the running service is answered, or refused in the form of an error: never
 * with a 500, and never not at all.
 */
@Timeout(660)
class FuzzIT extends RunningService {

  private static final int BODIES = TestLength.of(2_500, 20_000);

  private static final int CONNECTIONS = 16;

  private static final long SEED = 20261127;

  private static final long LIMIT_SECONDS = 600;

  private static final List<String> MODELS =
      List.of(
          "chameleon-demo",
          "chameleon-demo",
          "sql",
          "math",
          "chameleon-demo:story",
          "intent",
          "shakespeare",
          "nope");

  private final Map<Integer, Integer> statuses = new ConcurrentSkipListMap<>();

  private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();

  @Test
  void bodies_randomAndMutated_areAnsweredOrRefused() throws Exception {
    JsonFuzz fuzz = new JsonFuzz(SEED, MODELS, codec.vocabularySize());
    AtomicInteger left = new AtomicInteger(BODIES);

    try (ExecutorService posters = Executors.newFixedThreadPool(CONNECTIONS)) {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        done.add(posters.submit(() -> postAll(fuzz, left)));
      }
      for (Future<?> future : done) {
        future.get(LIMIT_SECONDS, SECONDS);
      }
    }

    System.out.printf("JSON fuzz, seed %d, %d bodies: %s%n", SEED, BODIES, statuses);
    assertThat(faults).isEmpty();
    int answered = statuses.getOrDefault(200, 0);
    int rejected = statuses.getOrDefault(429, 0);
    assertThat(statuses.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(BODIES);
    assertThat(answered).isGreaterThan(BODIES / 20);
    assertThat(BODIES - answered - rejected).isGreaterThan(BODIES / 20);
    GoldenChat golden = GoldenChat.of("sql", codec);
    assertThat(text(chat(golden))).isEqualTo(golden.text());
  }

  private void postAll(JsonFuzz fuzz, AtomicInteger left) {
    while (left.getAndDecrement() > 0) {
      JsonFuzz.Body body = next(fuzz);
      HttpResponse<String> response = client.post(body.path(), body.bytes());
      statuses.merge(response.statusCode(), 1, Integer::sum);
      String type = response.headers().firstValue("content-type").orElse("none");
      AnswerCheck.fault(response.statusCode(), type, response.body())
          .ifPresent(fault -> faults.add(describe(fault, body, response)));
    }
  }

  private static JsonFuzz.Body next(JsonFuzz fuzz) {
    synchronized (fuzz) {
      return fuzz.next();
    }
  }

  private static String describe(String fault, JsonFuzz.Body body, HttpResponse<String> response) {
    return "%s: %s %.500s -> %d %.500s"
        .formatted(
            fault,
            body.path(),
            new String(body.bytes(), UTF_8),
            response.statusCode(),
            response.body());
  }
}
