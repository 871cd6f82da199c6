package io.chameleon.openai;

import io.chameleon.request.RequestTiming;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes JSON and server-sent events straight to bytes. There is one event for each token of each
 * stream, so no tree is built.
 */
final class AnswerJson {

  private static final JsonFactory FACTORY = new JsonFactory();

  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.UTF_8);

  private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8);

  private static final int EVENT_BYTES = 384;

  private AnswerJson() {}

  /** One JSON value as UTF-8. */
  static byte[] bytes(Consumer<JsonGenerator> value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(EVENT_BYTES);
    write(out, value);
    return out.toByteArray();
  }

  /** Adds an event with one JSON value to the output. */
  static void event(ByteArrayOutputStream out, Consumer<JsonGenerator> value) {
    out.writeBytes(DATA);
    write(out, value);
    out.write('\n');
    out.write('\n');
  }

  /** Adds an event with a JSON value that is already written. */
  static void event(ByteArrayOutputStream out, byte[] value) {
    out.writeBytes(DATA);
    out.writeBytes(value);
    out.write('\n');
    out.write('\n');
  }

  /** Adds the event that ends a stream. */
  static void done(ByteArrayOutputStream out) {
    out.writeBytes(DONE);
  }

  /** An output for a few events. */
  static ByteArrayOutputStream output() {
    return new ByteArrayOutputStream(EVENT_BYTES);
  }

  /** A property that is a string or {@code null}. */
  static void stringOrNull(JsonGenerator json, String name, @Nullable String value) {
    if (value == null) {
      json.writeNullProperty(name);
    } else {
      json.writeStringProperty(name, value);
    }
  }

  /** {@code finish_reason} and {@code stop_reason} of a choice that has ended. */
  static void end(JsonGenerator json, ChoiceEnd end) {
    json.writeStringProperty("finish_reason", end.reason().wireName());
    switch (end.stop()) {
      case null -> json.writeNullProperty("stop_reason");
      case StopReason.Text(String text) -> json.writeStringProperty("stop_reason", text);
      case StopReason.TokenId(int id) -> json.writeNumberProperty("stop_reason", id);
    }
  }

  /** {@code usage}. */
  static void usage(JsonGenerator json, Usage usage) {
    json.writeObjectPropertyStart("usage");
    json.writeNumberProperty("prompt_tokens", usage.promptTokens());
    json.writeNumberProperty("completion_tokens", usage.completionTokens());
    json.writeNumberProperty("total_tokens", usage.promptTokens() + usage.completionTokens());
    json.writeObjectPropertyStart("prompt_tokens_details");
    json.writeNumberProperty("cached_tokens", 0);
    json.writeEndObject();
    json.writeEndObject();
  }

  /** {@code timing}: the entries of the header {@code Server-Timing}, in milliseconds. */
  static void timing(JsonGenerator json, RequestTiming timing) {
    json.writeObjectPropertyStart("timing");
    json.writeNumberProperty("queue", millis(timing.queue()));
    json.writeNumberProperty("adapter", millis(timing.adapter()));
    stringOrNull(
        json,
        "adapter_source",
        timing.adapterTier() == null ? null : timing.adapterTier().wireName());
    json.writeNumberProperty("prefill", millis(timing.prefill()));
    json.writeNumberProperty("decode", millis(timing.decode()));
    json.writeEndObject();
  }

  /** Milliseconds, to the microsecond. */
  static double millis(Duration duration) {
    return Math.round(duration.toNanos() / 1e3) / 1e3;
  }

  private static void write(ByteArrayOutputStream out, Consumer<JsonGenerator> value) {
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
      value.accept(json);
    }
  }
}
