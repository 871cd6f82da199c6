package io.chameleon.openai;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Answers of {@code POST /v1/chat/completions}. */
final class ChatFormat implements AnswerFormat {

  private static final String CHUNK = "chat.completion.chunk";

  private final AnswerEnvelope envelope;

  private final Generation generation;

  private final LogprobsJson logprobs;

  ChatFormat(Generation generation, LogprobsJson logprobs) {
    this.envelope = new AnswerEnvelope(generation);
    this.generation = generation;
    this.logprobs = logprobs;
  }

  @Override
  public byte[] opening() {
    Usage usage = new Usage(generation.promptTokens(), 0);
    ByteArrayOutputStream out = AnswerJson.output();
    for (int i = 0; i < generation.sequences().size(); i++) {
      choice(out, i, usage, null, ChatFormat::roleDelta);
    }
    return out.toByteArray();
  }

  @Override
  public byte[] update(ChoiceUpdate update, Usage usage) {
    ByteArrayOutputStream out = AnswerJson.output();
    if (!update.text().isEmpty() || !update.tokens().isEmpty()) {
      choice(out, update.index(), usage, null, json -> contentDelta(json, update));
    }
    if (update.end() != null) {
      choice(out, update.index(), usage, update.end(), ChatFormat::emptyDelta);
    }
    return out.toByteArray();
  }

  @Override
  public byte[] closing(Usage usage) {
    return envelope.closing(CHUNK, usage);
  }

  @Override
  public byte[] whole(List<ChoiceResult> choices, Usage usage) {
    return envelope.whole("chat.completion", choices, usage, this::result);
  }

  private void choice(
      ByteArrayOutputStream out,
      int index,
      Usage usage,
      @Nullable ChoiceEnd end,
      Consumer<JsonGenerator> delta) {
    envelope.chunk(
        out,
        CHUNK,
        usage,
        end,
        json -> {
          json.writeStartObject();
          json.writeNumberProperty("index", index);
          delta.accept(json);
          envelope.end(json, end);
          json.writeEndObject();
        });
  }

  private static void roleDelta(JsonGenerator json) {
    json.writeObjectPropertyStart("delta");
    json.writeStringProperty("role", "assistant");
    json.writeStringProperty("content", "");
    json.writeEndObject();
    json.writeNullProperty("logprobs");
  }

  private void contentDelta(JsonGenerator json, ChoiceUpdate update) {
    json.writeObjectPropertyStart("delta");
    json.writeStringProperty("content", update.text());
    json.writeEndObject();
    logprobs(json, update.tokens());
  }

  private static void emptyDelta(JsonGenerator json) {
    json.writeObjectPropertyStart("delta");
    json.writeEndObject();
    json.writeNullProperty("logprobs");
  }

  private void result(JsonGenerator json, ChoiceResult result) {
    json.writeObjectPropertyStart("message");
    json.writeStringProperty("role", "assistant");
    json.writeStringProperty("content", result.text());
    json.writeNullProperty("refusal");
    json.writeEndObject();
    logprobs(json, result.tokens());
  }

  private void logprobs(JsonGenerator json, List<GeneratedToken> tokens) {
    if (generation.options().sampling().wantsLogprobs()) {
      logprobs.chat(json, tokens);
    } else {
      json.writeNullProperty("logprobs");
    }
  }
}
