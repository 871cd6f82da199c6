package io.chameleon;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Many streams of golden conversations at once, each read by a client of its own. */
final class StreamCrowd {

  private static final long LIMIT_SECONDS = 240;

  /** A stream that is left would go on for this long. */
  private static final int ABANDONED_TOKENS = 500;

  /**
   * One stream to open.
   *
   * @param chat what to ask
   * @param leaveAfter chunks of text after which the client goes away; 0 to read to the end
   */
  record Visit(GoldenChat chat, int leaveAfter) {

    boolean leaves() {
      return leaveAfter > 0;
    }
  }

  /** What became of a visit. */
  sealed interface Outcome {

    Visit visit();

    /** It was read to the end. */
    record Finished(Visit visit, String text, @Nullable String finishReason) implements Outcome {}

    /** The client went away. */
    record Left(Visit visit, String text) implements Outcome {}

    /** It was not let in. */
    record Refused(
        Visit visit,
        int status,
        @Nullable String retryAfter,
        @Nullable String retryAfterMillis,
        String body)
        implements Outcome {}
  }

  private StreamCrowd() {}

  /**
   * Draws visits: every conversation about as often as every other, in random order.
   *
   * @param leaving how many of them leave, after as many chunks as chance wants
   */
  static List<Visit> draw(List<GoldenChat> chats, int count, int leaving, Random random) {
    List<GoldenChat> drawn = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      drawn.add(chats.get(i % chats.size()));
    }
    Collections.shuffle(drawn, random);
    List<Visit> visits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int leaveAfter = i < leaving ? 1 + random.nextInt(GoldenChat.MAX_TOKENS) : 0;
      visits.add(new Visit(drawn.get(i), leaveAfter));
    }
    Collections.shuffle(visits, random);
    return visits;
  }

  /** Opens all streams at once and waits for their ends. */
  static List<Outcome> visit(ServiceClient client, List<Visit> visits) throws Exception {
    return visit(client, visits, visits.size());
  }

  /** Opens the streams, so many at a time, and waits for their ends. */
  static List<Outcome> visit(ServiceClient client, List<Visit> visits, int atOnce)
      throws Exception {
    try (ExecutorService readers =
        Executors.newFixedThreadPool(atOnce, Thread.ofVirtual().factory())) {
      List<Future<Outcome>> futures =
          visits.stream().map(visit -> readers.submit(() -> visit(client, visit))).toList();
      List<Outcome> outcomes = new ArrayList<>();
      for (Future<Outcome> future : futures) {
        outcomes.add(future.get(LIMIT_SECONDS, SECONDS));
      }
      return outcomes;
    }
  }

  private static Outcome visit(ServiceClient client, Visit visit) throws Exception {
    try (EventStream events = client.stream(request(visit))) {
      return events.status() == 200 ? read(visit, events) : refused(visit, events);
    }
  }

  private static ObjectNode request(Visit visit) {
    ObjectNode request = visit.chat().request().put("stream", true);
    return visit.leaves()
        ? request.put("max_tokens", ABANDONED_TOKENS).put("ignore_eos", true)
        : request;
  }

  private static Outcome read(Visit visit, EventStream events) throws IOException {
    StringBuilder text = new StringBuilder();
    String finishReason = null;
    int chunks = 0;
    EventStream.Event event = events.next();
    while (event != null) {
      if (!event.name().equals("message")) {
        throw new IOException("%s: %s".formatted(visit, event));
      }
      text.append(event.content());
      chunks += event.content().isEmpty() ? 0 : 1;
      finishReason = finishReason == null ? event.finishReason() : finishReason;
      if (visit.leaves() && chunks == visit.leaveAfter()) {
        return new Outcome.Left(visit, text.toString());
      }
      event = events.next();
    }
    return new Outcome.Finished(visit, text.toString(), finishReason);
  }

  private static Outcome refused(Visit visit, EventStream events) throws IOException {
    return new Outcome.Refused(
        visit,
        events.status(),
        events.headers().firstValue("retry-after").orElse(null),
        events.headers().firstValue("retry-after-ms").orElse(null),
        events.rest());
  }
}
