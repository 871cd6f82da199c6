package io.chameleon.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.fixtures.AnswerCheck;
import io.chameleon.fixtures.FakeTextCodec;
import io.chameleon.fixtures.JsonFuzz;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whatever is posted is answered, or refused in the form of an error; nothing is a 500. */
class JsonFuzzIT extends RunningServer {

  private static final int BODIES = 2000;

  private static final long SEED = 20260917;

  private static final List<String> MODELS =
      List.of("base", "alpha", "base:alpha", "wide", "base", "alpha", "wide", "broken", "nope");

  @Test
  void bodies_randomAndMutated_areAnsweredOrRefused() {
    JsonFuzz fuzz = new JsonFuzz(SEED, MODELS, FakeTextCodec.VOCABULARY);
    Map<Integer, Integer> statuses = new TreeMap<>();
    List<String> faults = new ArrayList<>();
    for (int i = 0; i < BODIES; i++) {
      JsonFuzz.Body body = fuzz.next();
      HttpResponse<String> response = api.post(body.path(), body.bytes());
      statuses.merge(response.statusCode(), 1, Integer::sum);
      String type = response.headers().firstValue("content-type").orElse("none");
      AnswerCheck.fault(response.statusCode(), type, response.body())
          .ifPresent(fault -> faults.add(describe(fault, body, response)));
    }
    System.out.printf("JSON fuzz, seed %d, %d bodies: %s%n", SEED, BODIES, statuses);

    assertThat(faults).isEmpty();
    int answered = statuses.getOrDefault(200, 0);
    assertThat(answered).isBetween(BODIES / 20, BODIES - BODIES / 20);
    assertThat(service.requests()).allMatch(request -> request.maxTokens() <= 2);
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
