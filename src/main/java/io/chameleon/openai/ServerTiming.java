package io.chameleon.openai;

import io.chameleon.request.RequestTiming;
import java.time.Duration;

/** The header that says where the time of an answer went, in milliseconds. */
final class ServerTiming {

  /** Its name. */
  static final String HEADER = "Server-Timing";

  private ServerTiming() {}

  /**
   * Its value; an answer of the base model has no adapter source.
   *
   * @see <a href="https://www.w3.org/TR/server-timing/">Server Timing</a>
   */
  static String of(RequestTiming timing) {
    String source = timing.adapterTier() == null ? "" : ";desc=" + timing.adapterTier().wireName();
    return String.join(
        ", ",
        entry("queue", timing.queue()),
        entry("adapter" + source, timing.adapter()),
        entry("prefill", timing.prefill()),
        entry("decode", timing.decode()));
  }

  /** One part of it; the name may end in a description. */
  static String entry(String name, Duration duration) {
    return name + ";dur=" + AnswerJson.millis(duration);
  }
}
