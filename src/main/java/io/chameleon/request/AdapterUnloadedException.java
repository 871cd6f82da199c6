package io.chameleon.request;

/** A request whose adapter an administrator took away while it waited or ran. */
public class AdapterUnloadedException extends RuntimeException {

  public AdapterUnloadedException(String adapter) {
    super("The adapter `%s` was unloaded before the request had ended.".formatted(adapter));
  }
}
