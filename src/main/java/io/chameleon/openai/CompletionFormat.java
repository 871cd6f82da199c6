package io.chameleon.openai;

import java.io.ByteArrayOutputStream;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** Answers of {@code POST /v1/completions}; chunks and whole answers have the same form. */
final class CompletionFormat implements AnswerFormat {

  private static final String OBJECT = "text_completion";

  private final AnswerEnvelope envelope;

  private final Generation generation;

  private final LogprobsJson logprobs;

  CompletionFormat(Generation generation, LogprobsJson logprobs) {
    this.envelope = new AnswerEnvelope(generation);
    this.generation = generation;
    this.logprobs = logprobs;
  }

  @Override
  public byte[] opening() {
    return new byte[0];
  }

  @Override
  public byte[] update(ChoiceUpdate update, Usage usage) {
    ByteArrayOutputStream out = AnswerJson.output();
    envelope.chunk(
        out,
        OBJECT,
        usage,
        update.end(),
        json -> {
          json.writeStartObject();
          json.writeNumberProperty("index", update.index());
          text(json, update.text(), update.tokens());
          envelope.end(json, update.end());
          json.writeEndObject();
        });
    return out.toByteArray();
  }

  @Override
  public byte[] closing(Usage usage) {
    return envelope.closing(OBJECT, usage);
  }

  @Override
  public byte[] whole(List<ChoiceResult> choices, Usage usage) {
    return envelope.whole(
        OBJECT, choices, usage, (json, result) -> text(json, result.text(), result.tokens()));
  }

  private void text(JsonGenerator json, String text, List<GeneratedToken> tokens) {
    json.writeStringProperty("text", text);
    if (generation.options().sampling().wantsLogprobs()) {
      logprobs.completion(json, tokens);
    } else {
      json.writeNullProperty("logprobs");
    }
  }
}
