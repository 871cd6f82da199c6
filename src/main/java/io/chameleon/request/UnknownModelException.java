package io.chameleon.request;

/** A request for a model or adapter that this service does not know. */
public class UnknownModelException extends RuntimeException {

  private final String model;

  public UnknownModelException(String model) {
    super("The model `%s` does not exist.".formatted(model));
    this.model = model;
  }

  public String model() {
    return model;
  }
}
