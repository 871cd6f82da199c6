package io.chameleon.serving;

import java.time.Duration;

/** Where the engine thread is in its life. */
public enum EngineState {
  /** The model is being loaded and warmed up. */
  STARTING("The service is starting.", Duration.ofSeconds(2)),
  /** Requests are served. */
  READY("The service is ready.", Duration.ofSeconds(1)),
  /** What was admitted is finished, and nothing new is let in. */
  STOPPING("The service is stopping.", Duration.ofSeconds(5)),
  /** The engine is closed. */
  STOPPED("The service has stopped.", Duration.ofSeconds(5)),
  /** The engine could not be started, or its thread died. */
  FAILED("The engine has failed.", Duration.ofSeconds(30));

  private final String sentence;

  private final Duration retryAfter;

  EngineState(String sentence, Duration retryAfter) {
    this.sentence = sentence;
    this.retryAfter = retryAfter;
  }

  /** What a client is told. */
  String sentence() {
    return sentence;
  }

  /** When it is worth asking again. */
  Duration retryAfter() {
    return retryAfter;
  }

  EngineState ready() {
    return switch (this) {
      case STARTING -> READY;
      case STOPPING -> STOPPING;
      case READY, STOPPED, FAILED -> throw illegal("become ready");
    };
  }

  EngineState stop() {
    return switch (this) {
      case STARTING, READY, STOPPING -> STOPPING;
      case STOPPED, FAILED -> this;
    };
  }

  EngineState stopped() {
    return switch (this) {
      case STOPPING -> STOPPED;
      case STARTING, READY, STOPPED, FAILED -> throw illegal("have stopped");
    };
  }

  private IllegalStateException illegal(String move) {
    return new IllegalStateException("an engine that is %s cannot %s".formatted(this, move));
  }
}
