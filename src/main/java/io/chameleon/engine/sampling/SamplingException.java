package io.chameleon.engine.sampling;

import io.chameleon.request.InvalidRequestException;

/**
 * A row of logits from which no token can be chosen. It concerns its sequence alone, and in
 * practice comes of parameters at the edge of numbers.
 */
public class SamplingException extends InvalidRequestException {

  public SamplingException(String message) {
    super(null, message);
  }
}
