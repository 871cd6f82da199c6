package io.chameleon.engine.sampling;

/** A row of logits from which no token can be chosen; concerns its sequence alone. */
public class SamplingException extends RuntimeException {

  public SamplingException(String message) {
    super(message);
  }
}
