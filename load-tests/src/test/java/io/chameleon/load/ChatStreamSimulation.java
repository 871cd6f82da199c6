package io.chameleon.load;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.bodyString;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.jsonFile;
import static io.gatling.javaapi.core.CoreDsl.listFeeder;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.sse;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatling.javaapi.core.CheckBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import io.gatling.javaapi.http.SseMessageCheck;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Streams chat answers over SSE from the base and every adapter in turn. Requests arrive by the
 * clock, so a service that falls behind gets no relief.
 *
 * <p>Each request has five lines in the report: connected (status 200 and content type {@code
 * text/event-stream}, which Gatling demands of a stream), opened (the event with the role), first
 * text, finished (the event with the reason), done ({@code [DONE]}). All but the first are timed
 * from connected on.
 */
public final class ChatStreamSimulation extends Simulation {

  private static final int MAX_TOKENS = 32;
  private static final Duration STREAM_TIMEOUT = Duration.ofSeconds(60);
  private static final String CONNECTED = "connected";
  private static final String OPENED = "opened";
  private static final String FIRST_TEXT = "first text";
  private static final String FINISHED = "finished";
  private static final String DONE = "done";
  private static final String ANSWER_ID = "answerId";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads the profile and the served models, and sets the scenario up. */
  public ChatStreamSimulation() {
    LoadProfile profile = LoadProfile.fromSystemProperties();
    ServedModels models = ServedModels.of(profile.baseUrl());
    System.out.printf(
        "%s: base and %d adapters, %s requests/s for %d s%n",
        profile.baseUrl(),
        models.adapters().size(),
        profile.usersPerSecond(),
        profile.duration().toSeconds());

    setUp(
            chat(models)
                .injectOpen(
                    constantUsersPerSec(profile.usersPerSecond()).during(profile.duration())))
        .protocols(protocol(profile))
        .maxDuration(profile.duration().plus(STREAM_TIMEOUT).plusSeconds(10))
        // No failure among no requests would prove nothing: as many must be done as arrive.
        .assertions(
            global().failedRequests().count().is(0L),
            details(DONE).successfulRequests().count().gte(profile.minimumRequests()));
  }

  private static HttpProtocolBuilder protocol(LoadProfile profile) {
    return http.baseUrl(profile.baseUrl().toString())
        .acceptHeader("text/event-stream")
        .contentTypeHeader("application/json");
  }

  private static ScenarioBuilder chat(ServedModels models) {
    List<Map<String, Object>> ids =
        models.ids().stream().map(id -> Map.<String, Object>of("model", id)).toList();
    return scenario("chat over SSE")
        .feed(listFeeder(ids).circular())
        .feed(jsonFile("prompts.json").circular())
        .exec(
            sse(CONNECTED)
                .post("/v1/chat/completions")
                .body(StringBody(ChatStreamSimulation::requestBody))
                .await(STREAM_TIMEOUT)
                .on(opened(), firstText(), finished(), done()))
        .exec(ChatStreamSimulation::reportFailure);
  }

  /** Matches the first event, whatever it is. */
  private static SseMessageCheck opened() {
    return sse.checkMessage(OPENED)
        .check(
            event().transform(ChatEvent::role).is("assistant"),
            event().transform(ChatEvent::id).saveAs(ANSWER_ID),
            sound());
  }

  private static SseMessageCheck firstText() {
    return sse.checkMessage(FIRST_TEXT)
        .matching(event().transform(ChatEvent::hasContentOrProblem).is(true))
        .check(sound());
  }

  private static SseMessageCheck finished() {
    return sse.checkMessage(FINISHED)
        .matching(event().transform(ChatEvent::hasFinishReasonOrProblem).is(true))
        .check(sound(), event().transform(ChatEvent::finishReason).in("stop", "length"));
  }

  /** Matches whatever comes after the finish reason: it must be the end. */
  private static SseMessageCheck done() {
    return sse.checkMessage(DONE).check(bodyString().is(ChatEvent.END_OF_STREAM));
  }

  /**
   * No error, and the answer's own event. Gatling opens a broken stream again and goes on with the
   * checks; the new answer's other id tells.
   */
  private static CheckBuilder sound() {
    return event()
        .validate(
            "event of the answer",
            (event, session) ->
                event.requireOf(session.getString(ANSWER_ID), session.getString("model")));
  }

  private static CheckBuilder.Validate<ChatEvent> event() {
    return bodyString().transform(ChatEvent::parse);
  }

  /** Greedy, and always {@value #MAX_TOKENS} tokens, so that two runs ask for the same work. */
  private static String requestBody(Session session) {
    ObjectNode body =
        JSON.createObjectNode()
            .put("model", session.getString("model"))
            .put("stream", true)
            .put("max_tokens", MAX_TOKENS)
            .put("temperature", 0)
            .put("ignore_eos", true);
    body.putArray("messages")
        .addObject()
        .put("role", "user")
        .put("content", session.getString("prompt"));
    return body.toString();
  }

  private static Session reportFailure(Session session) {
    if (session.isFailed()) {
      System.err.printf(
          "failed: model %s, prompt \"%s\"%n",
          session.getString("model"), session.getString("prompt"));
    }
    return session;
  }
}
