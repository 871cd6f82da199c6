package io.chameleon.openai;

import io.chameleon.request.TokenLogprob;
import io.chameleon.text.TextCodec;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** The property {@code logprobs} of a choice, in the forms of the two endpoints. */
final class LogprobsJson {

  /** What the OpenAI API gives for a token that is as good as impossible; JSON has no infinity. */
  private static final float FLOOR = -9999.0f;

  private final TextCodec codec;

  LogprobsJson(TextCodec codec) {
    this.codec = codec;
  }

  /** The form of {@code /v1/chat/completions}. */
  void chat(JsonGenerator json, List<GeneratedToken> tokens) {
    json.writeObjectPropertyStart("logprobs");
    json.writeArrayPropertyStart("content");
    for (GeneratedToken generated : tokens) {
      json.writeStartObject();
      entry(json, generated.token().token(), generated.token().logprob());
      json.writeArrayPropertyStart("top_logprobs");
      for (TokenLogprob top : generated.token().top()) {
        json.writeStartObject();
        entry(json, top.token(), top.logprob());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNullProperty("refusal");
    json.writeEndObject();
  }

  /** The form of {@code /v1/completions}: arrays side by side. */
  void completion(JsonGenerator json, List<GeneratedToken> tokens) {
    json.writeObjectPropertyStart("logprobs");
    json.writeArrayPropertyStart("tokens");
    tokens.forEach(generated -> json.writeString(text(generated.token().token())));
    json.writeEndArray();
    json.writeArrayPropertyStart("token_logprobs");
    tokens.forEach(generated -> json.writeNumber(finite(generated.token().logprob())));
    json.writeEndArray();
    json.writeArrayPropertyStart("top_logprobs");
    tokens.forEach(generated -> candidates(json, generated));
    json.writeEndArray();
    json.writeArrayPropertyStart("text_offset");
    tokens.forEach(generated -> json.writeNumber(generated.textOffset()));
    json.writeEndArray();
    json.writeEndObject();
  }

  private void entry(JsonGenerator json, int token, float logprob) {
    byte[] bytes = codec.tokenBytes(token);
    json.writeStringProperty("token", new String(bytes, StandardCharsets.UTF_8));
    json.writeNumberProperty("logprob", finite(logprob));
    json.writeArrayPropertyStart("bytes");
    for (byte b : bytes) {
      json.writeNumber(Byte.toUnsignedInt(b));
    }
    json.writeEndArray();
  }

  /** The most likely tokens by text, and the one taken; of two with the same text, the better. */
  private void candidates(JsonGenerator json, GeneratedToken generated) {
    Map<String, Float> candidates = new LinkedHashMap<>();
    for (TokenLogprob top : generated.token().top()) {
      candidates.putIfAbsent(text(top.token()), finite(top.logprob()));
    }
    candidates.putIfAbsent(text(generated.token().token()), finite(generated.token().logprob()));
    json.writeStartObject();
    candidates.forEach(json::writeNumberProperty);
    json.writeEndObject();
  }

  private String text(int token) {
    return new String(codec.tokenBytes(token), StandardCharsets.UTF_8);
  }

  private static float finite(float logprob) {
    return logprob >= FLOOR ? logprob : FLOOR;
  }
}
