package io.chameleon.openai;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** What the answers of both endpoints have around their choices. */
final class AnswerEnvelope {

  private final Generation generation;

  private final StreamOptions streaming;

  AnswerEnvelope(Generation generation) {
    this.generation = generation;
    this.streaming = generation.options().streaming();
  }

  /**
   * Adds the event of one chunk.
   *
   * @param usage so far; written only where the request wants it on every chunk
   * @param end of the choice, whose timing is written, or null
   * @param choice writes the only element of the array
   */
  void chunk(
      ByteArrayOutputStream out,
      String object,
      Usage usage,
      @Nullable ChoiceEnd end,
      Consumer<JsonGenerator> choice) {
    AnswerJson.event(
        out,
        json -> {
          json.writeStartObject();
          head(json, object);
          json.writeArrayPropertyStart("choices");
          choice.accept(json);
          json.writeEndArray();
          json.writeNullProperty("system_fingerprint");
          if (streaming.continuousUsage()) {
            AnswerJson.usage(json, usage);
          } else if (streaming.includeUsage()) {
            json.writeNullProperty("usage");
          }
          if (end != null && end.timing() != null) {
            AnswerJson.timing(json, end.timing());
          }
          json.writeEndObject();
        });
  }

  /** The events that end a stream: usage where the request wants it, and the end mark. */
  byte[] closing(String object, Usage usage) {
    ByteArrayOutputStream out = AnswerJson.output();
    if (streaming.includeUsage()) {
      AnswerJson.event(
          out,
          json -> {
            json.writeStartObject();
            head(json, object);
            json.writeArrayPropertyStart("choices");
            json.writeEndArray();
            json.writeNullProperty("system_fingerprint");
            AnswerJson.usage(json, usage);
            json.writeEndObject();
          });
    }
    AnswerJson.done(out);
    return out.toByteArray();
  }

  /**
   * A whole answer.
   *
   * @param content writes a choice's properties between {@code index} and {@code finish_reason}
   */
  byte[] whole(
      String object,
      List<ChoiceResult> choices,
      Usage usage,
      BiConsumer<JsonGenerator, ChoiceResult> content) {
    return AnswerJson.bytes(json -> {
      json.writeStartObject();
      head(json, object);
      json.writeArrayPropertyStart("choices");
      for (int i = 0; i < choices.size(); i++) {
        json.writeStartObject();
        json.writeNumberProperty("index", i);
        content.accept(json, choices.get(i));
        end(json, choices.get(i).end());
        json.writeEndObject();
      }
      json.writeEndArray();
      AnswerJson.usage(json, usage);
      json.writeNullProperty("system_fingerprint");
      json.writeEndObject();
    });
  }

  /** How a choice ended, or that it goes on. */
  void end(JsonGenerator json, @Nullable ChoiceEnd end) {
    if (end == null) {
      json.writeNullProperty("finish_reason");
    } else {
      AnswerJson.end(json, end);
    }
  }

  private void head(JsonGenerator json, String object) {
    json.writeStringProperty("id", generation.id());
    json.writeStringProperty("object", object);
    json.writeNumberProperty("created", generation.createdSeconds());
    json.writeStringProperty("model", generation.model());
  }
}
