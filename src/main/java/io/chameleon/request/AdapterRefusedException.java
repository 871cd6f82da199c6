package io.chameleon.request;

/** A request for an adapter that is known but was refused, with the reason. */
public class AdapterRefusedException extends RuntimeException {

  private final String adapter;

  public AdapterRefusedException(String adapter, String reason) {
    super("The adapter `%s` is not served: %s".formatted(adapter, reason));
    this.adapter = adapter;
  }

  public String adapter() {
    return adapter;
  }
}
