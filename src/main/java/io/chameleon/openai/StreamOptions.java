package io.chameleon.openai;

import io.chameleon.request.InvalidRequestException;

/**
 * Whether and how an answer is streamed.
 *
 * @param stream whether it is
 * @param includeUsage whether one more chunk at the end carries the usage
 * @param continuousUsage whether every chunk carries the usage so far
 */
record StreamOptions(boolean stream, boolean includeUsage, boolean continuousUsage) {

  /** Reads {@code stream} and {@code stream_options}. */
  static StreamOptions read(RequestFields body) {
    boolean stream = body.bool("stream", false);
    RequestFields options = body.optionalObject("stream_options");
    if (options == null) {
      return new StreamOptions(stream, false, false);
    }
    if (!stream) {
      throw new InvalidRequestException(
          "stream_options", "stream_options is set; it is only allowed when stream is true.");
    }
    return new StreamOptions(
        true, options.bool("include_usage", false), options.bool("continuous_usage_stats", false));
  }
}
