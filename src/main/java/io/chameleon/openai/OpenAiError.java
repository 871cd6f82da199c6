package io.chameleon.openai;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error as clients of the OpenAI API read it.
 *
 * @param status of the response, where it has not begun yet
 * @param headers of that response
 */
record OpenAiError(
    int status,
    String type,
    @Nullable String param,
    @Nullable String code,
    String message,
    Map<String, String> headers) {

  private static final byte[] EVENT = "event: error\n".getBytes(StandardCharsets.UTF_8);

  OpenAiError {
    headers = Map.copyOf(headers);
    // A message may quote the client; unpaired surrogates cannot be written as UTF-8.
    message = new String(message.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  /** The body of a response; all four keys are always there. */
  byte[] toJson() {
    return AnswerJson.bytes(json -> {
      json.writeStartObject();
      json.writeObjectPropertyStart("error");
      json.writeStringProperty("message", message);
      json.writeStringProperty("type", type);
      AnswerJson.stringOrNull(json, "param", param);
      AnswerJson.stringOrNull(json, "code", code);
      json.writeEndObject();
      json.writeEndObject();
    });
  }

  /** The event that ends a stream which has begun. */
  byte[] toEvent() {
    ByteArrayOutputStream out = AnswerJson.output();
    out.writeBytes(EVENT);
    AnswerJson.event(out, toJson());
    return out.toByteArray();
  }
}
