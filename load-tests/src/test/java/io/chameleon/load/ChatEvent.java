package io.chameleon.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * One event of a streamed chat answer. A text that the event does not have is empty.
 *
 * @param id the answer's id, the same on all its events
 * @param model the model that answers
 * @param role whose turn the event opens
 * @param content the piece of text the event adds
 * @param finishReason why the answer ended
 * @param problem what is wrong: an error the service sent, or an event that is no chat chunk
 */
record ChatEvent(
    String id, String model, String role, String content, String finishReason, String problem) {

  /** What Gatling makes of the event that ends a stream, {@code data: [DONE]}. */
  static final String END_OF_STREAM = "{\"data\":[DONE]}";

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads an event in Gatling's form: a JSON object with the event's fields, and under {@code data}
   * the data as it came. What cannot be read becomes a {@link #problem}.
   */
  static ChatEvent parse(String message) {
    if (message.equals(END_OF_STREAM)) {
      return new ChatEvent("", "", "", "", "", "");
    }
    try {
      return of(JSON.readTree(message).path("data"), message);
    } catch (JsonProcessingException e) {
      return problem("not JSON: " + message);
    }
  }

  /** Tells whether the event has text or says that something is wrong. */
  boolean hasContentOrProblem() {
    return !content.isEmpty() || !problem.isEmpty();
  }

  /** Tells whether the event ends the answer or says that something is wrong. */
  boolean hasFinishReasonOrProblem() {
    return !finishReason.isEmpty() || !problem.isEmpty();
  }

  /**
   * Returns this event if it is sound and belongs to the answer.
   *
   * @throws IllegalStateException if it is a problem, or another answer's or model's event
   */
  ChatEvent requireOf(String answerId, String askedModel) {
    if (!problem.isEmpty()) {
      throw new IllegalStateException(problem);
    }
    if (!id.equals(answerId) || !model.equals(askedModel)) {
      throw new IllegalStateException(
          "id %s of model %s within answer %s of model %s"
              .formatted(id, model, answerId, askedModel));
    }
    return this;
  }

  private static ChatEvent of(JsonNode chunk, String message) {
    if (!chunk.path("object").asText().equals("chat.completion.chunk")
        || chunk.path("id").asText().isEmpty()) {
      return problem("no chat chunk: " + message);
    }
    JsonNode choice = chunk.path("choices").path(0);
    return new ChatEvent(
        chunk.path("id").asText(),
        chunk.path("model").asText(),
        choice.path("delta").path("role").asText(""),
        choice.path("delta").path("content").asText(""),
        choice.path("finish_reason").asText(""),
        "");
  }

  private static ChatEvent problem(String text) {
    return new ChatEvent("", "", "", "", "", text);
  }
}
