package io.chameleon.request;

import org.jspecify.annotations.Nullable;

/** A request that can never be served as it stands; the message names the value and the limit. */
public class InvalidRequestException extends RuntimeException {

  private final @Nullable String param;

  private final @Nullable String code;

  public InvalidRequestException(@Nullable String param, String message) {
    this(param, null, message);
  }

  /**
   * @param param the field at fault, or null where no single one is
   * @param code the OpenAI error code, such as {@code context_length_exceeded}, or null
   * @param message what is wrong, with the value and the limit
   */
  public InvalidRequestException(@Nullable String param, @Nullable String code, String message) {
    super(message);
    this.param = param;
    this.code = code;
  }

  public @Nullable String param() {
    return param;
  }

  public @Nullable String code() {
    return code;
  }
}
